import type { Sensor } from '@commonstream/schemas'
import { instantOf } from '../local-time.ts'
import { type DatedSensor, sensorAt } from '../register.ts'
import type { AggregateRequest } from './request.ts'

/** The sensors of one row: one sensor, one zone, or all that were asked for. */
export interface Group {
  /** Its place in the order of rows. */
  readonly key: string
  readonly sensor: string | null
  readonly zone: string | null
  readonly sensors: readonly DatedSensor[]
}

/**
 * The groups of a request, in the order of rows. Sensors without a zone are a group of their own. A sensor that moved
 * is in the group of each zone that it was in; `groupAt` says in which it is when.
 */
export function groupsOf({ by, sensors }: Pick<AggregateRequest, 'by' | 'sensors'>): Group[] {
  if (by === 'all') return [{ key: '', sensor: null, zone: null, sensors }]
  if (by === 'sensor') return sensors.map((sensor) => ({ key: sensor.id, sensor: sensor.id, zone: sensor.zone, sensors: [sensor] }))
  const zones = new Map<string | null, DatedSensor[]>()
  for (const sensor of sensors) {
    for (const zone of new Set([sensor.zone, ...(sensor.past ?? []).map((description) => description.zone)])) {
      const members = zones.get(zone)
      if (members === undefined) zones.set(zone, [sensor])
      else members.push(sensor)
    }
  }
  return [...zones]
    .map(([zone, members]) => ({ key: zone ?? '', sensor: null, zone, sensors: members }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** A group as it was at an instant (epoch ms): the sensors that were in its zone, or the zone that its sensor was in. */
export function groupAt(group: Group, by: AggregateRequest['by'], at: number): Group {
  if (by === 'all' || group.sensors.every((sensor) => sensor.past === undefined)) return group
  if (by === 'sensor') return { ...group, zone: sensorAt(group.sensors[0]!, at).zone }
  return { ...group, sensors: group.sensors.filter((sensor) => sensorAt(sensor, at).zone === group.zone) }
}

/** Whether a sensor was in service at any time of [from, to); dates of the register begin with the local day. */
export function inService(sensor: Pick<Sensor, 'installed' | 'removed'>, from: number, to: number, zone: string): boolean {
  return (
    (sensor.installed === null || instantOf(sensor.installed, zone) < to) &&
    (sensor.removed === null || instantOf(sensor.removed, zone) > from)
  )
}

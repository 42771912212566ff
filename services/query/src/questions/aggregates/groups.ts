import type { Sensor } from '@commonstream/schemas'
import type { AggregateRequest } from './request.ts'

/** The sensors of one row: one sensor, one zone, or all that were asked for. */
export interface Group {
  /** Its place in the order of rows. */
  readonly key: string
  readonly sensor: string | null
  readonly zone: string | null
  readonly sensors: readonly Sensor[]
}

/** The groups of a request, in the order of rows. Sensors without a zone are a group of their own. */
export function groupsOf({ by, sensors }: Pick<AggregateRequest, 'by' | 'sensors'>): Group[] {
  if (by === 'all') return [{ key: '', sensor: null, zone: null, sensors }]
  if (by === 'sensor') return sensors.map((sensor) => ({ key: sensor.id, sensor: sensor.id, zone: sensor.zone, sensors: [sensor] }))
  const zones = Map.groupBy(sensors, (sensor) => sensor.zone)
  return [...zones]
    .map(([zone, members]) => ({ key: zone ?? '', sensor: null, zone, sensors: members }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Whether a sensor was in service at any time of [from, to); dates of the register begin with the local day. */
export function inService(sensor: Pick<Sensor, 'installed' | 'removed'>, from: number, to: number, zone: string): boolean {
  return (
    (sensor.installed === null || instantOf(sensor.installed, zone) < to) &&
    (sensor.removed === null || instantOf(sensor.removed, zone) > from)
  )
}

const known = new Map<string, number>()

/** Registers name few dates and ask for them in every row: remembered. */
function instantOf(date: string, zone: string): number {
  const key = `${date} ${zone}`
  let instant = known.get(key)
  if (instant === undefined) {
    instant = /[Tt]/.test(date)
      ? Temporal.Instant.from(date).epochMilliseconds
      : Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
    known.set(key, instant)
  }
  return instant
}

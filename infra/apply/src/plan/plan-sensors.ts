import type { Stream } from '@commonstream/schemas'
import type { SensorRow } from '../observe/observed.ts'
import type { Step } from './step.ts'

/**
 * The rows of `city.sensors` that differ from a stream's register. A sensor that is no longer in the register stays,
 * removed on the day of the plan: its past figures still have a place.
 * @param today YYYY-MM-DD
 */
export function planSensors(stream: Stream, found: readonly SensorRow[], today: string): Step[] {
  const before = new Map(found.filter((row) => row.stream === stream.name).map((row) => [row.sensor, row]))
  const wanted = stream.sensors.map((s) => ({
    stream: stream.name,
    sensor: s.id,
    name: s.name,
    zone: s.zone,
    gateway: s.gateway,
    lon: s.lon,
    lat: s.lat,
    place: s.place,
    every: Math.round(s.everyMs / 1000),
    installed: s.installed,
    removed: s.removed,
  }))
  const registered = new Set(wanted.map((row) => row.sensor))
  const gone = [...before.values()]
    .filter((row) => !registered.has(row.sensor) && row.removed === null)
    .map((row) => ({ ...row, removed: today }))
  const rows = [...wanted, ...gone]
    .filter((row) => differs(row, before.get(row.sensor)))
    .map((row) => ({ ...row, version: (before.get(row.sensor)?.version ?? 0) + 1 }))
  return rows.length === 0 ? [] : [{ do: 'fill sensors', stream: stream.name, rows }]
}

function differs(row: Omit<SensorRow, 'version'>, before: SensorRow | undefined): boolean {
  return (
    before === undefined ||
    (Object.keys(row) as (keyof SensorRow)[]).some((key) => key !== 'version' && (row as SensorRow)[key] !== before[key])
  )
}

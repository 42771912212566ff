import type { Sensor, Stream } from '@commonstream/schemas'
import type { SensorRow } from '../observe/observed.ts'
import type { Step } from './step.ts'

/** From when on a sensor's first description holds: whatever was measured before it was written down lies there too. */
const BEGINNING = '1970-01-01'

/** What may differ between two descriptions of one sensor; the rest is about the sensor as a whole. */
const DESCRIBING = ['name', 'zone', 'gateway', 'lon', 'lat', 'place', 'every', 'device', 'aliases', 'details'] as const

/**
 * The rows of `city.sensors` that a stream's register asks for. A row is a sensor's description from `valid_from` on, to
 * its next row. A description that changed gets a row of its own, dated by the register's `since` or else today, so that
 * old readings keep their place; what stood from `since` on is corrected. A sensor that left the register stays, removed
 * on the day of the plan.
 * @param today YYYY-MM-DD
 */
export function planSensors(stream: Stream, found: readonly SensorRow[], today: string): Step[] {
  const before = Map.groupBy(
    found.filter((row) => row.stream === stream.name),
    (row) => row.sensor,
  )
  const rows = stream.sensors.flatMap((sensor) => rowsOf(stream.name, sensor, ordered(before.get(sensor.id)), today))
  const registered = new Set(stream.sensors.map((s) => s.id))
  const gone = [...before.values()]
    .flatMap((known) => ordered(known))
    .filter((row) => !registered.has(row.sensor) && row.removed === null)
    .map((row) => ({ ...row, removed: today, version: row.version + 1 }))
  const all = [...rows, ...gone]
  return all.length === 0 ? [] : [{ do: 'fill sensors', stream: stream.name, rows: all }]
}

function ordered(rows: readonly SensorRow[] = []): SensorRow[] {
  return rows.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1))
}

function rowsOf(stream: string, sensor: Sensor, known: readonly SensorRow[], today: string): SensorRow[] {
  const wanted = describe(stream, sensor)
  const last = known.at(-1)
  if (last === undefined) return [{ ...wanted, valid_from: sensor.since ?? BEGINNING, version: 1 }]
  const since = sensor.since ?? (isSame(wanted, last) ? last.valid_from : today)
  const kept = known.map((row) => {
    const corrected = row.valid_from >= since ? wanted : { ...row, installed: wanted.installed, removed: wanted.removed }
    return { before: row, after: { ...corrected, valid_from: row.valid_from } }
  })
  const changed = kept.filter(({ before, after }) => !isSame(after, before) || !sameLife(after, before))
  const rows = changed.map(({ before, after }) => ({ ...after, version: before.version + 1 }))
  const standing = kept.findLast(({ before }) => before.valid_from <= since)?.after
  const starts = known.some((row) => row.valid_from === since)
  return starts || (standing !== undefined && isSame(wanted, standing)) ? rows : [...rows, { ...wanted, valid_from: since, version: 1 }]
}

type Described = Omit<SensorRow, 'version' | 'valid_from'>

function describe(stream: string, s: Sensor): Described {
  return {
    ...{ stream, sensor: s.id, name: s.name, zone: s.zone, gateway: s.gateway, lon: s.lon, lat: s.lat, place: s.place },
    ...{ every: Math.round(s.everyMs / 1000), device: s.device ?? null, aliases: s.aliases },
    ...{ details: s.details === undefined ? '' : JSON.stringify(s.details), installed: s.installed, removed: s.removed },
  }
}

function isSame(a: Described, b: Described): boolean {
  return DESCRIBING.every((key) => (key === 'aliases' ? a.aliases.join('\n') === b.aliases.join('\n') : a[key] === b[key]))
}

function sameLife(a: Described, b: Described): boolean {
  return a.installed === b.installed && a.removed === b.removed
}

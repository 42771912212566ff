import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { Reading } from './oracle.ts'
import { publishedBins, publishedPedestrians } from './published.ts'

// The published files read a second time, for expected results: nothing of the fleet's, the decoders' or the bridge's code
// is used here. `days` is how far a file is moved.

const DATA = new URL('../../services/fleet/data/', import.meta.url)
const DAY = 86_400_000

/** What a stream's file should become: the events that are stored, in units of each property's resolution. */
export interface Published {
  readonly readings: readonly Reading[]
  /** Readings that must be refused, by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Readings of a time that lies ahead: they are stored as of the moment at which they arrive. */
  readonly ahead?: readonly Omit<Reading, 'at'>[]
}

export type Cells = Readonly<Record<string, string>>

/** The rows of what is published of a stream; of several files each row says in `file` which one it is of. */
export type Tables = (stream: string) => readonly Cells[]

const shipped: Tables = (stream) => {
  if (stream !== 'parking-bays') return rowsOf(stream)
  return ['morning', 'afternoon'].flatMap((file) => rowsOf(`parking-bays-${file}`).map((row) => ({ ...row, file })))
}

function rowsOf(name: string): Cells[] {
  return parse<Cells>(gunzipSync(readFileSync(new URL(`${name}.csv.gz`, DATA))), { columns: true, bom: true })
}

/** A local time, moved by whole days, as an instant. */
function instantOf(local: string, zone: string, days: number): number {
  return Temporal.PlainDateTime.from(local.replace(' ', 'T')).add({ days }).toZonedDateTime(zone, { disambiguation: 'reject' })
    .epochMilliseconds
}

const text = (row: Cells, name: string) => row[name] ?? ''
const figure = (row: Cells, name: string, perUnit = 1) => (text(row, name) === '' ? null : Math.round(Number(text(row, name)) * perUnit))

function microclimate(days: number, table: Tables): Published {
  const columns = {
    ...{ wind_direction_min: 'MinimumWindDirection', wind_direction: 'AverageWindDirection', wind_direction_max: 'MaximumWindDirection' },
    ...{ wind_speed_min: 'MinimumWindSpeed', wind_speed: 'AverageWindSpeed', wind_gust: 'GustWindSpeed', temperature: 'AirTemperature' },
    ...{ humidity: 'RelativeHumidity', pressure: 'AtmosphericPressure', pm2_5: 'PM25', pm10: 'PM10', noise: 'Noise' },
  }
  const all = table('microclimate').map((row) => ({
    sensor: text(row, 'Device_id'),
    at: Date.parse(text(row, 'Time')) + days * DAY,
    values: Object.fromEntries(Object.entries(columns).map(([property, column]) => [property, figure(row, column, 10)])),
  }))
  const readings = all.filter(({ values }) => Object.values(values).some((value) => value !== null))
  return { readings, refused: { invalid: all.length - readings.length } }
}

function collections(days: number, table: Tables): Published {
  const readings = table('bin-collections').map((row) => ({
    sensor: text(row, 'Container slot:ID'),
    at: instantOf(text(row, 'Date & Time of bin collection (Europe/London)'), 'Europe/London', days),
    values: {
      fill: figure(row, "Fill level before collection (%) [Nb 100% is actually a bin that's 80% full]"),
      volume: figure(row, 'Volume (litres3)', 10),
      weight: figure(row, 'Weight (kg)', 1_000),
      confidence: figure(row, 'Confidence'),
    },
  }))
  return { readings, refused: {} }
}

function traffic(days: number, table: Tables): Published {
  const rows = table('traffic-counts')
  // Reports of years ago stand in the feed beside those of today.
  const newest = Math.max(...rows.map((row) => Date.parse(`${text(row, 'TIMESTAMP')}Z`)))
  const isOld = (row: Cells) => Date.parse(`${text(row, 'TIMESTAMP')}Z`) < newest - 365 * DAY
  const driven = (row: Cells, name: string) => (text(row, name) === '0' ? null : Number(text(row, name)))
  const readings = rows
    .filter((row) => !isOld(row))
    .map((row) => ({
      sensor: `segment-${text(row, 'REPORT_ID')}`,
      at: instantOf(text(row, 'TIMESTAMP'), 'Europe/Copenhagen', days),
      values: { vehicles: Number(text(row, 'vehicleCount')), speed: driven(row, 'avgSpeed'), travel_time: driven(row, 'avgMeasuredTime') },
    }))
  return { readings, refused: { too_old: rows.filter(isOld).length } }
}

function bikeShare(days: number, table: Tables): Published {
  const rows = table('bike-share')
  // Stations that have not reported for weeks, some since 1970, stand in every poll.
  const reported = rows.filter((row) => Number(text(row, 'last_reported')) > Number(text(row, 'last_updated')) - (30 * DAY) / 1_000)
  const readings = reported.map((row) => ({
    sensor: text(row, 'station_id'),
    at: Number(text(row, 'last_reported')) * 1_000 + days * DAY,
    values: {
      bikes_available: figure(row, 'num_bikes_available'),
      bikes_disabled: figure(row, 'num_bikes_disabled'),
      docks_available: figure(row, 'num_docks_available'),
      docks_disabled: figure(row, 'num_docks_disabled'),
      ...Object.fromEntries(['installed', 'renting', 'returning'].map((state) => [state, text(row, `is_${state}`) === '1' ? 0 : 1])),
    },
  }))
  return { readings, refused: { too_old: rows.length - reported.length } }
}

/** Occupancy by code: 0 free, 1 occupied. */
export const OCCUPANCY = ['free', 'occupied'] as const

function parking(days: number, table: Tables): Published {
  const all = [...Map.groupBy(table('parking-bays'), (row) => text(row, 'file')).values()].map((rows) =>
    rows.map((row) => ({
      sensor: text(row, 'KerbsideID'),
      since: Date.parse(text(row, 'Status_Timestamp')) + days * DAY,
      seen: Date.parse(text(row, 'Lastupdated')) + days * DAY,
      values: { occupancy: text(row, 'Status_Description') === 'Present' ? 1 : 0 },
    })),
  )
  const dead = all.flatMap((rows) => {
    const taken = Math.max(...rows.map(({ seen }) => seen))
    return rows.filter(({ seen }) => seen < taken - DAY)
  })
  const isDead = new Set(dead)
  const readings = all
    .flat()
    .filter((row) => !isDead.has(row))
    .flatMap(({ sensor, since, seen, values }) => [
      // A change is told again for a day; older ones only that they were confirmed.
      ...(seen - since <= DAY ? [{ sensor, at: since, values }] : []),
      { sensor, at: seen, values },
    ])
  return { readings, refused: { too_old: dead.length } }
}

const READ: Readonly<Record<string, (days: number, table: Tables) => Published>> = {
  'pedestrian-counts': (days, table) => ({ readings: publishedPedestrians(table('pedestrian-counts'), days), refused: {} }),
  'bin-levels': (days, table) => ({ readings: publishedBins(table('bin-levels'), days / 7), refused: {} }),
  'bike-share': bikeShare,
  'bin-collections': collections,
  microclimate,
  'parking-bays': parking,
  'traffic-counts': traffic,
}

/** What the published file of a stream says, moved by whole days (the bins by whole weeks); the shipped one without a table. */
export function published(stream: string, days: number, table: Tables = shipped): Published {
  return (READ[stream] as (typeof READ)[string])(days, table)
}

/** How many whole weeks the fleet moves each shipped file. */
export const SHIPPED_WEEKS: Readonly<Record<string, number>> = {
  ...{ 'pedestrian-counts': 0, 'bin-levels': 184, 'bike-share': -45, 'bin-collections': 361, microclimate: -53 },
  ...{ 'parking-bays': -114, 'traffic-counts': -44 },
}

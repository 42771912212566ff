import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { Reading } from './oracle.ts'
import { publishedBins, publishedPedestrians } from './published.ts'

// The shipped files read a second time, for expected results: nothing of the fleet's, the decoders' or the bridge's code
// is used here. `days` is how far a file is moved.

const DATA = new URL('../../services/fleet/data/', import.meta.url)
const DAY = 86_400_000

/** What a stream's file should become: the events that are stored, in units of each property's resolution. */
export interface Published {
  readonly readings: readonly Reading[]
  /** Readings that must be refused, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

type Cells = Readonly<Record<string, string>>

function table(file: string): Cells[] {
  return parse<Cells>(gunzipSync(readFileSync(new URL(`${file}.csv.gz`, DATA))), { columns: true, bom: true })
}

const text = (row: Cells, name: string) => row[name] ?? ''
const figure = (row: Cells, name: string, perUnit = 1) => (text(row, name) === '' ? null : Math.round(Number(text(row, name)) * perUnit))

function microclimate(days: number): Published {
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

function collections(days: number): Published {
  const readings = table('bin-collections').map((row) => ({
    sensor: text(row, 'Container slot:ID'),
    // British summer time, before and after the move.
    at: Date.parse(`${text(row, 'Date & Time of bin collection (Europe/London)').replace(' ', 'T')}+01:00`) + days * DAY,
    values: {
      fill: figure(row, "Fill level before collection (%) [Nb 100% is actually a bin that's 80% full]"),
      volume: figure(row, 'Volume (litres3)', 10),
      weight: figure(row, 'Weight (kg)', 1_000),
      confidence: figure(row, 'Confidence'),
    },
  }))
  return { readings, refused: {} }
}

function traffic(days: number): Published {
  const rows = table('traffic-counts')
  const isOld = (row: Cells) => text(row, 'TIMESTAMP') < '2024'
  const driven = (row: Cells, name: string) => (text(row, name) === '0' ? null : Number(text(row, name)))
  const readings = rows
    .filter((row) => !isOld(row))
    .map((row) => ({
      sensor: `segment-${text(row, 'REPORT_ID')}`,
      // Moved into May, where Denmark is at +02:00.
      at: Date.parse(`${text(row, 'TIMESTAMP')}+02:00`) + days * DAY,
      values: { vehicles: Number(text(row, 'vehicleCount')), speed: driven(row, 'avgSpeed'), travel_time: driven(row, 'avgMeasuredTime') },
    }))
  return { readings, refused: { too_old: rows.filter(isOld).length } }
}

function bikeShare(days: number): Published {
  const rows = table('bike-share')
  const reported = rows.filter((row) => Number(text(row, 'last_reported')) > 1_700_000_000)
  const readings = reported.map((row) => ({
    sensor: text(row, 'station_id'),
    at: Number(text(row, 'last_reported')) * 1_000 + days * DAY,
    values: {
      bikes_available: figure(row, 'num_bikes_available'),
      bikes_disabled: figure(row, 'num_bikes_disabled'),
      docks_available: figure(row, 'num_docks_available'),
      docks_disabled: figure(row, 'num_docks_disabled'),
    },
  }))
  return { readings, refused: { too_old: rows.length - reported.length } }
}

/** Occupancy by code: 0 free, 1 occupied. */
export const OCCUPANCY = ['free', 'occupied'] as const

function parking(days: number): Published {
  const all = ['parking-bays-morning', 'parking-bays-afternoon'].map((file) =>
    table(file).map((row) => ({
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

const SHIPPED: Readonly<Record<string, { readonly weeks: number; readonly read: (days: number) => Published }>> = {
  'pedestrian-counts': { weeks: 0, read: () => ({ readings: publishedPedestrians(), refused: {} }) },
  'bin-levels': { weeks: 0, read: () => ({ readings: publishedBins(), refused: {} }) },
  'bike-share': { weeks: -45, read: bikeShare },
  'bin-collections': { weeks: 361, read: collections },
  microclimate: { weeks: -53, read: microclimate },
  'parking-bays': { weeks: -114, read: parking },
  'traffic-counts': { weeks: -44, read: traffic },
}

/** What the shipped file of a stream says, moved by the stream's weeks and so many days more. */
export function published(stream: string, days: number): Published {
  const { weeks, read } = SHIPPED[stream] as (typeof SHIPPED)[string]
  return read(weeks * 7 + days)
}

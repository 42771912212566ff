import { csvRecords, wholeNumber } from './csv-records.ts'
import { csvText } from './csv-text.ts'
import { byTime } from './pedestrian-rows.ts'
import type { Row } from './row.ts'

const FIGURES = [
  'num_bikes_available',
  'num_bikes_disabled',
  'num_docks_available',
  'num_docks_disabled',
  'is_installed',
  'is_renting',
  'is_returning',
  'last_reported',
] as const
export const BIKE_SHARE_COLUMNS = ['last_updated', 'station_id', ...FIGURES] as const

const DAY_S = 86_400

/** The stations of a file of polls (`bikeSharePolls`), poll by poll, moved by whole days: each a poll of one station. */
export function bikeShareRows(csv: string, days: number): Row[] {
  return csvRecords(csv, BIKE_SHARE_COLUMNS)
    .map((record) => {
      const polled = wholeNumber(record.last_updated) + days * DAY_S
      const figures = Object.fromEntries(FIGURES.map((name) => [name, wholeNumber(record[name])]))
      const station = { station_id: record.station_id, ...figures, last_reported: wholeNumber(record.last_reported) + days * DAY_S }
      return { sensor: record.station_id, at: polled * 1_000, payload: { last_updated: polled, ttl: 2, data: { stations: [station] } } }
    })
    .toSorted(byTime)
}

/** Polls of a GBFS `station_status` as one CSV. What is no poll (an error page that was kept as one) is left out. */
export function bikeSharePolls(polls: readonly string[]): string {
  const lines = polls.flatMap((text) => {
    if (!text.startsWith('{')) return []
    const { last_updated, data } = JSON.parse(text) as { last_updated: number; data: { stations: Record<string, unknown>[] } }
    return data.stations.map((station) => BIKE_SHARE_COLUMNS.map((name) => String(name === 'last_updated' ? last_updated : station[name])))
  })
  return csvText(BIKE_SHARE_COLUMNS, lines)
}

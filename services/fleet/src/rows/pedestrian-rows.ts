import { csvRecords, wholeNumber } from './csv-records.ts'
import type { JsonPayload, Row } from './row.ts'
import { shiftInstant } from './shift-time.ts'

export const PEDESTRIAN_COLUMNS = ['LocationID', 'SensingDateTime', 'Direction_1', 'Direction_2'] as const

/** What another export of the same feed calls the columns. */
const OTHER_NAMES: Readonly<Record<string, string>> = { Location_ID: 'LocationID', Sensing_DateTime: 'SensingDateTime' }

/**
 * The readings of a Melbourne per-minute file (as published, under either of its exports' names, or as shipped here with fewer
 * columns), oldest first, moved by whole days. Minutes without a passage are not in the file: such a sensor says nothing.
 */
export function pedestrianRows(csv: string, days = 0): Row<JsonPayload>[] {
  return csvRecords(csv.replace(/^.*/, renamed), PEDESTRIAN_COLUMNS)
    .map((record) => (days === 0 ? record : { ...record, SensingDateTime: shiftInstant(record.SensingDateTime, days) }))
    .map((record) => ({
      sensor: record.LocationID,
      at: Date.parse(record.SensingDateTime),
      payload: { at: record.SensingDateTime, direction_1: wholeNumber(record.Direction_1), direction_2: wholeNumber(record.Direction_2) },
    }))
    .toSorted(byTime)
}

function renamed(header: string): string {
  return header.replaceAll(/\w+/g, (name) => OTHER_NAMES[name] ?? name)
}

/** Oldest first; at one instant by sensor, so that the order does not depend on the file's. */
export function byTime(a: Row, b: Row): number {
  return a.at - b.at || (a.sensor < b.sensor ? -1 : a.sensor > b.sensor ? 1 : 0)
}

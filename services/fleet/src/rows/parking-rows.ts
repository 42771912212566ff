import { csvRecords } from './csv-records.ts'
import { csvText } from './csv-text.ts'
import { byTime } from './pedestrian-rows.ts'
import type { Row } from './row.ts'
import { shiftInstant } from './shift-time.ts'

export const PARKING_COLUMNS = ['Lastupdated', 'Status_Timestamp', 'Status_Description', 'KerbsideID'] as const
type Bay = Readonly<Record<(typeof PARKING_COLUMNS)[number], string>>

/** How long before a snapshot a change may lie that is sent by itself. */
const CHANGES_MS = 6 * 3_600_000

/**
 * The bays of a Melbourne snapshot, moved by whole days. What changed within six hours before it is sent twice: when it
 * changed, as the feed showed it then, and in the snapshot, at whose time every row is sent as it is, those of dead
 * sensors too.
 */
export function parkingRows(csv: string, days: number): Row<string>[] {
  const bays = csvRecords(csv, PARKING_COLUMNS).map((bay) => ({
    ...bay,
    Lastupdated: shiftInstant(bay.Lastupdated, days),
    Status_Timestamp: shiftInstant(bay.Status_Timestamp, days),
  }))
  // Instants are compared, never texts: two snapshots of one day are in different offsets.
  const taken = bays.reduce((latest, { Lastupdated }) => Math.max(latest, Date.parse(Lastupdated)), 0)
  const changes = bays.filter(({ Status_Timestamp }) => Date.parse(Status_Timestamp) > taken - CHANGES_MS)
  return [
    ...changes.map((bay) => rowOf({ ...bay, Lastupdated: bay.Status_Timestamp }, Date.parse(bay.Status_Timestamp))),
    ...bays.map((bay) => rowOf(bay, taken)),
  ].toSorted(byTime)
}

function rowOf(bay: Bay, at: number): Row<string> {
  return { sensor: bay.KerbsideID, at, payload: csvText(PARKING_COLUMNS, [PARKING_COLUMNS.map((column) => bay[column])]) }
}

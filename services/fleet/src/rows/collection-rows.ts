import { csvRecords } from './csv-records.ts'
import { csvText } from './csv-text.ts'
import { byTime } from './pedestrian-rows.ts'
import type { Row } from './row.ts'
import { shiftLocal } from './shift-time.ts'

const SLOT = 'Container slot:ID'
export const COLLECTED = 'Date & Time of bin collection (Europe/London)'
export const COLLECTION_COLUMNS = [
  SLOT,
  COLLECTED,
  "Fill level before collection (%) [Nb 100% is actually a bin that's 80% full]",
  'Volume (litres3)',
  'Weight (kg)',
  'Confidence',
] as const

/** The emptied bins of an Edinburgh export, oldest first, moved by whole days: a row with its header each. */
export function collectionRows(csv: string, days: number): Row<string>[] {
  return csvRecords(csv, COLLECTION_COLUMNS)
    .map((record) => {
      const moved = { ...record, [COLLECTED]: shiftLocal(record[COLLECTED], days) }
      const at = Temporal.PlainDateTime.from(moved[COLLECTED]).toZonedDateTime('Europe/London').epochMilliseconds
      return { sensor: record[SLOT], at, payload: csvText(COLLECTION_COLUMNS, [COLLECTION_COLUMNS.map((column) => moved[column])]) }
    })
    .toSorted(byTime)
}

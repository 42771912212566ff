import { csvRecords, wholeNumber } from './csv-records.ts'
import { byTime } from './pedestrian-rows.ts'
import type { JsonPayload, Row } from './row.ts'

const ZONE = 'Australia/Melbourne'

/** The shipped bins end on 2019-11-25, a Monday; so many weeks later is Monday 2023-06-05, when the pedestrian night ends. */
export const BIN_WEEKS = 184

/**
 * The readings of a Wyndham bins file, oldest first: as published (column `serialNumber`) or as shipped here (column
 * `bin`, the public number). Dates are moved by `weeks` whole weeks, which keeps the day of the week. The file gives a
 * date only; a bin reports at its own minute between 05:00 and 07:00 local time (see `timeOfDay`).
 */
export function binRows(csv: string, weeks = BIN_WEEKS): Row<JsonPayload>[] {
  const records = csvRecords(csv, ['timestamp', 'latestFullness'])
  const numberOf = binNumbers(records)
  return records
    .map((record) => {
      const bin = numberOf(record)
      const time = Temporal.PlainDate.from(record.timestamp)
        .add({ weeks })
        .toZonedDateTime({ timeZone: ZONE, plainTime: timeOfDay(bin) })
      const payload = { at: time.toString({ timeZoneName: 'never' }), fullness: wholeNumber(record.latestFullness) }
      return { sensor: binId(bin), at: time.epochMilliseconds, payload }
    })
    .toSorted(byTime)
}

/** `bin-01` … `bin-31`. */
export function binId(bin: number): string {
  return `bin-${String(bin).padStart(2, '0')}`
}

/** The bin's public number: given as `bin`, or the place of its serial number among the file's, smallest first. */
export function binNumbers(records: readonly Record<string, string>[]): (record: Record<string, string>) => number {
  if (records[0]?.['serialNumber'] === undefined) return (record) => wholeNumber(record['bin'] ?? '')
  const serials = [...new Set(records.map((record) => wholeNumber(record['serialNumber'] ?? '')))].toSorted((a, b) => a - b)
  const numbers = new Map(serials.map((serial, i) => [serial, i + 1]))
  return (record) => numbers.get(wholeNumber(record['serialNumber'] ?? '')) ?? Number.NaN
}

/** Bin 1 at 05:00, each further one four minutes later: bin 31 at 07:00. */
function timeOfDay(bin: number): Temporal.PlainTime {
  return Temporal.PlainTime.from('05:00').add({ minutes: (bin - 1) * 4 })
}

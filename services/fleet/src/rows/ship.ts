import { binNumbers } from './bin-rows.ts'
import { csvRecords } from './csv-records.ts'
import { PEDESTRIAN_COLUMNS } from './pedestrian-rows.ts'

/** Every day in it has all 31 bins, and the last is a Monday. */
const BIN_DAYS = { first: '2019-10-27', last: '2019-11-25' }

/** The shipped form of the published pedestrian file: every row, the columns that the events need, oldest first. */
export function shipPedestrians(published: string): string {
  const records = csvRecords(published, PEDESTRIAN_COLUMNS)
  const sorted = records.toSorted(
    (a, b) => Date.parse(a.SensingDateTime) - Date.parse(b.SensingDateTime) || Number(a.LocationID) - Number(b.LocationID),
  )
  return csv(
    PEDESTRIAN_COLUMNS,
    sorted.map((record) => PEDESTRIAN_COLUMNS.map((column) => record[column])),
  )
}

/** The shipped form of the published bins file: 30 days, the bin's public number instead of its serial number. */
export function shipBins(published: string): string {
  const records = csvRecords(published, ['timestamp', 'latestFullness', 'serialNumber'])
  const numberOf = binNumbers(records)
  const lines = records
    .filter((record) => record.timestamp >= BIN_DAYS.first && record.timestamp <= BIN_DAYS.last)
    .map((record) => [record.timestamp, String(numberOf(record)), record.latestFullness] as const)
    .toSorted((a, b) => (a[0] === b[0] ? Number(a[1]) - Number(b[1]) : a[0] < b[0] ? -1 : 1))
  return csv(['timestamp', 'bin', 'latestFullness'], lines)
}

function csv(header: readonly string[], lines: readonly (readonly string[])[]): string {
  return `${[header, ...lines].map((line) => line.join(',')).join('\n')}\n`
}

import { binNumbers } from './bin-rows.ts'
import { bikeSharePolls } from './bike-share-rows.ts'
import { COLLECTED, COLLECTION_COLUMNS } from './collection-rows.ts'
import { csvRecords } from './csv-records.ts'
import { csvText } from './csv-text.ts'
import { MICROCLIMATE_COLUMNS } from './microclimate-rows.ts'
import { PARKING_COLUMNS } from './parking-rows.ts'
import { PEDESTRIAN_COLUMNS } from './pedestrian-rows.ts'
import { TRAFFIC_COLUMNS } from './traffic-rows.ts'

/** Every day in it has all 31 bins, and the last is a Monday. */
const BIN_DAYS = { first: '2019-10-27', last: '2019-11-25' }

/** The shipped form of the published pedestrian file: every row, the columns that the events need, oldest first. */
export function shipPedestrians(published: string): string {
  const records = csvRecords(published, PEDESTRIAN_COLUMNS)
  const sorted = records.toSorted(
    (a, b) => Date.parse(a.SensingDateTime) - Date.parse(b.SensingDateTime) || Number(a.LocationID) - Number(b.LocationID),
  )
  return csvText(
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
  return csvText(['timestamp', 'bin', 'latestFullness'], lines)
}

/** The day before a Monday's 08:30 in Melbourne, when the pedestrian night ends too, 53 weeks earlier. */
const CLIMATE_DAY = { from: Date.parse('2024-06-09T08:30:00+10:00'), to: Date.parse('2024-06-10T08:30:00+10:00') }

/** The shipped form of the published microclimate file: a day, the columns that the events need, in the file's order. */
export function shipMicroclimate(published: string): string {
  const within = ({ Time }: { Time: string }) => Date.parse(Time) >= CLIMATE_DAY.from && Date.parse(Time) < CLIMATE_DAY.to
  return shipColumns(published, MICROCLIMATE_COLUMNS, within)
}

/** The shipped form of Edinburgh's collections: the week before Sunday 3 July 2016, 23:30. */
export function shipCollections(published: string): string {
  return shipColumns(published, COLLECTION_COLUMNS, (record) => {
    const at = record[COLLECTED]
    return at >= '2016-06-26 23:30' && at < '2016-07-03 23:30'
  })
}

/** The shipped form of Aarhus's snapshot: every report. */
export function shipTraffic(published: string): string {
  return shipColumns(published, TRAFFIC_COLUMNS)
}

/** The shipped form of a parking snapshot: every bay, without its place and zone, which the register says. */
export function shipParking(published: string): string {
  return shipColumns(published, PARKING_COLUMNS)
}

/** The shipped form of GBFS polls. */
export const shipBikeShare = bikeSharePolls

function shipColumns<C extends string>(
  published: string,
  columns: readonly C[],
  within: (record: Record<C, string>) => boolean = () => true,
): string {
  return csvText(
    columns,
    csvRecords(published, columns)
      .filter(within)
      .map((record) => columns.map((column) => record[column])),
  )
}

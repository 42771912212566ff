import { csvRecords, wholeNumber } from './csv-records.ts'
import { byTime } from './pedestrian-rows.ts'
import type { Row } from './row.ts'
import { shiftLocal } from './shift-time.ts'

const NUMBERS = ['REPORT_ID', 'avgMeasuredTime', 'medianMeasuredTime', 'vehicleCount', 'avgSpeed'] as const
export const TRAFFIC_COLUMNS = [
  'REPORT_ID',
  'TIMESTAMP',
  'status',
  'avgMeasuredTime',
  'medianMeasuredTime',
  'vehicleCount',
  'avgSpeed',
] as const

/**
 * The reports of an Aarhus snapshot, moved by whole days: records as the portal's API has them. All are sent at the
 * newest one's time: it is one poll, in which most reports are older, some by years.
 */
export function trafficRows(csv: string, days: number): Row[] {
  const reports = csvRecords(csv, TRAFFIC_COLUMNS).map((record) => ({ ...record, TIMESTAMP: shiftLocal(record.TIMESTAMP, days) }))
  const newest = reports.reduce((latest, { TIMESTAMP }) => (TIMESTAMP > latest ? TIMESTAMP : latest), '')
  const at = newest === '' ? 0 : Temporal.PlainDateTime.from(newest).toZonedDateTime('Europe/Copenhagen').epochMilliseconds
  return reports
    .map((report) => ({
      sensor: `segment-${report.REPORT_ID}`,
      at,
      payload: { ...report, ...Object.fromEntries(NUMBERS.map((name) => [name, wholeNumber(report[name])])) },
    }))
    .toSorted(byTime)
}

import { csvRecords } from './csv-records.ts'
import { csvText } from './csv-text.ts'
import { byTime } from './pedestrian-rows.ts'
import type { Row } from './row.ts'
import { shiftInstant } from './shift-time.ts'

/** Without where the device stands, which the register says (and a seventh of the rows do not). */
export const MICROCLIMATE_COLUMNS = [
  'Device_id',
  'Time',
  'MinimumWindDirection',
  'AverageWindDirection',
  'MaximumWindDirection',
  'MinimumWindSpeed',
  'AverageWindSpeed',
  'GustWindSpeed',
  'AirTemperature',
  'RelativeHumidity',
  'AtmosphericPressure',
  'PM25',
  'PM10',
  'Noise',
] as const

/** The readings of a Melbourne microclimate file, oldest first (the file is not), moved by whole days: a row with its header each. */
export function microclimateRows(csv: string, days: number): Row<string>[] {
  return csvRecords(csv, MICROCLIMATE_COLUMNS)
    .map((record) => {
      const moved = { ...record, Time: shiftInstant(record.Time, days) }
      const payload = csvText(MICROCLIMATE_COLUMNS, [MICROCLIMATE_COLUMNS.map((column) => moved[column])])
      return { sensor: record.Device_id, at: Date.parse(moved.Time), payload }
    })
    .toSorted(byTime)
}

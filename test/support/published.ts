import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { Reading } from './oracle.ts'

// The shipped files read a second time, for expected results: nothing of the fleet's code is used here.

const DATA = new URL('../../services/fleet/data/', import.meta.url)

function table(file: string): Record<string, string>[] {
  return parse<Record<string, string>>(gunzipSync(readFileSync(new URL(file, DATA))), { columns: true, bom: true })
}

/** Every row of the pedestrian night, moved by whole days; the shipped file without. */
export function publishedPedestrians(
  rows: readonly Readonly<Record<string, string>>[] = table('pedestrian-counts.csv.gz'),
  days = 0,
): Reading[] {
  return rows.map((row) => ({
    sensor: String(row['LocationID'] ?? row['Location_ID']),
    at: Date.parse(String(row['SensingDateTime'] ?? row['Sensing_DateTime'])) + days * 86_400_000,
    values: { direction_1: Number(row['Direction_1']), direction_2: Number(row['Direction_2']) },
  }))
}

/**
 * Every row of the bins (columns timestamp, bin, latestFullness; the shipped file without): moved by whole weeks, the
 * shipped ones by 184 to end on 5 June 2023, bin n at 05:00 + 4 (n − 1) minutes local time (services/fleet/data/README.md).
 */
export function publishedBins(rows: readonly Readonly<Record<string, string>>[] = table('bin-levels.csv.gz'), weeks = 184): Reading[] {
  return rows.map((row) => {
    const bin = Number(row['bin'])
    const five = Temporal.PlainDate.from(String(row['timestamp']))
      .add({ weeks })
      .toZonedDateTime({ timeZone: 'Australia/Melbourne', plainTime: '05:00' })
    return {
      sensor: `bin-${String(bin).padStart(2, '0')}`,
      at: five.epochMilliseconds + 4 * (bin - 1) * 60_000,
      values: { fullness: Number(row['latestFullness']) },
    }
  })
}

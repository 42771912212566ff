import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { Reading } from './oracle.ts'

// The shipped files read a second time, for expected results: nothing of the fleet's code is used here.

const DATA = new URL('../../services/fleet/data/', import.meta.url)

function table(file: string): Record<string, string>[] {
  return parse<Record<string, string>>(gunzipSync(readFileSync(new URL(file, DATA))), { columns: true, bom: true })
}

/** Every row of the pedestrian night. */
export function publishedPedestrians(): Reading[] {
  return table('pedestrian-counts.csv.gz').map((row) => ({
    sensor: String(row['LocationID']),
    at: Date.parse(String(row['SensingDateTime'])),
    values: { direction_1: Number(row['Direction_1']), direction_2: Number(row['Direction_2']) },
  }))
}

/**
 * Every row of the bins: moved by 184 weeks to end on 5 June 2023, bin n at 05:00 + 4 (n − 1) minutes local time
 * (services/fleet/data/README.md). Late autumn in Melbourne is UTC+10 throughout.
 */
export function publishedBins(): Reading[] {
  return table('bin-levels.csv.gz').map((row) => {
    const bin = Number(row['bin'])
    const day = Date.parse(`${row['timestamp']}T00:00:00+10:00`) + 184 * 7 * 86_400_000
    return {
      sensor: `bin-${String(bin).padStart(2, '0')}`,
      at: day + (300 + 4 * (bin - 1)) * 60_000,
      values: { fullness: Number(row['latestFullness']) },
    }
  })
}

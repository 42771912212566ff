import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { CityError } from '@commonstream/runtime'
import { binRows } from './bin-rows.ts'
import { pedestrianRows } from './pedestrian-rows.ts'
import type { Row } from './row.ts'

const READERS: Readonly<Record<string, (csv: string) => Row[]>> = { 'pedestrian-counts': pedestrianRows, 'bin-levels': binRows }

/** The streams whose data is shipped. */
export const SHIPPED_STREAMS: readonly string[] = Object.keys(READERS)

/**
 * The shipped data of a stream (services/fleet/data/README.md), oldest first: 12,683 readings of a night for
 * `pedestrian-counts`, 930 of 30 days for `bin-levels`; both end in the morning of 5 June 2023.
 * @throws CityError `NO_DATA` for another stream.
 */
export function shippedRows(stream: string): Row[] {
  const read = READERS[stream]
  if (read === undefined) throw new CityError('NO_DATA', `There is no data for "${stream}"; there is for: ${SHIPPED_STREAMS.join(', ')}`)
  return read(gunzipSync(readFileSync(new URL(`../../data/${stream}.csv.gz`, import.meta.url))).toString('utf8'))
}

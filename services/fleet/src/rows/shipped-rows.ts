import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { CityError } from '@commonstream/runtime/errors.ts'
import { binRows } from './bin-rows.ts'
import { pedestrianRows } from './pedestrian-rows.ts'
import type { Row } from './row.ts'

interface Shipped {
  readonly read: (csv: string) => Row[]
  /** Who sends: the counters each for itself, the bins by one gateway. */
  readonly gateway: string | null
}

const SHIPPED: Readonly<Record<string, Shipped>> = {
  'pedestrian-counts': { read: pedestrianRows, gateway: null },
  'bin-levels': { read: binRows, gateway: 'bins-gateway' },
}

/** The streams whose data is shipped. */
export const SHIPPED_STREAMS: readonly string[] = Object.keys(SHIPPED)

/**
 * The shipped data of a stream (services/fleet/data/README.md), oldest first: 12,683 readings of a night for
 * `pedestrian-counts`, 930 of 30 days for `bin-levels`; both end in the morning of 5 June 2023.
 * @throws CityError `NO_DATA` for another stream.
 */
export function shippedRows(stream: string): Row[] {
  const { read } = shipped(stream)
  return read(gunzipSync(readFileSync(new URL(`../../data/${stream}.csv.gz`, import.meta.url))).toString('utf8'))
}

/** The gateway that sends a stream's shipped data, null where each sensor does; throws as `shippedRows`. */
export function shippedGateway(stream: string): string | null {
  return shipped(stream).gateway
}

function shipped(stream: string): Shipped {
  const found = SHIPPED[stream]
  if (found === undefined) throw new CityError('NO_DATA', `There is no data for "${stream}"; there is for: ${SHIPPED_STREAMS.join(', ')}`)
  return found
}

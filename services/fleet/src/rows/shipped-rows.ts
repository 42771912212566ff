import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { CityError } from '@commonstream/runtime/errors.ts'
import { bikeShareRows } from './bike-share-rows.ts'
import { binRows } from './bin-rows.ts'
import { collectionRows } from './collection-rows.ts'
import { microclimateRows } from './microclimate-rows.ts'
import { parkingRows } from './parking-rows.ts'
import { pedestrianRows } from './pedestrian-rows.ts'
import type { Row } from './row.ts'
import { trafficRows } from './traffic-rows.ts'

interface Shipped {
  /** Moved by so many days. */
  readonly read: (csv: string, days: number) => Row[]
  /** Whole weeks that bring a file of another year to its place before the end of the pedestrian night. */
  readonly weeks: number
  /** Who sends: the counters each for itself, the others by one gateway. */
  readonly gateway: string | null
  /** The parts of its data, by file. */
  readonly files: readonly string[]
}

const SHIPPED: Readonly<Record<string, Shipped>> = {
  'pedestrian-counts': { read: pedestrianRows, weeks: 0, gateway: null, files: ['pedestrian-counts'] },
  'bin-levels': { read: (csv) => binRows(csv), weeks: 0, gateway: 'bins-gateway', files: ['bin-levels'] },
  'bike-share': { read: bikeShareRows, weeks: -45, gateway: 'gbfs', files: ['bike-share'] },
  'bin-collections': { read: collectionRows, weeks: 361, gateway: 'collections-gateway', files: ['bin-collections'] },
  microclimate: { read: microclimateRows, weeks: -53, gateway: 'climate-gateway', files: ['microclimate'] },
  'parking-bays': { read: parkingRows, weeks: -114, gateway: 'bays-gateway', files: ['parking-bays-morning', 'parking-bays-afternoon'] },
  'traffic-counts': { read: trafficRows, weeks: -44, gateway: 'traffic-gateway', files: ['traffic-counts'] },
}

/** The streams whose data is shipped. */
export const SHIPPED_STREAMS: readonly string[] = Object.keys(SHIPPED)

/**
 * The shipped data of a stream (services/fleet/data/README.md), oldest first, moved by whole weeks to end before
 * 08:30 on 5 June 2023 in Melbourne.
 * @param days moved by so many more
 * @throws CityError `NO_DATA` for another stream.
 */
export function shippedRows(stream: string, days = 0): Row[] {
  const { read, weeks, files } = shipped(stream)
  const rows = files.flatMap((file) => read(shippedText(file), weeks * 7 + days))
  return files.length === 1 ? rows : rows.toSorted((a, b) => a.at - b.at)
}

/** A shipped file as it is. */
export function shippedText(file: string): string {
  return gunzipSync(readFileSync(new URL(`../../data/${file}.csv.gz`, import.meta.url))).toString('utf8')
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

import { type Row, shippedRows } from '@commonstream/fleet'
import { bicyclePayloads, compactorPayloads, environmentPayloads, type MadePayload, noisePayloads } from './made-payloads.ts'
import { type Published, published } from './published-streams.ts'

const HOUR = 3_600_000

/** The end of the pedestrian night. Every stream is moved to end within the day before. */
export const END = Date.parse('2023-06-05T08:30:00+10:00')

/** Before this nothing more is sent: windows that end here close once they have waited. */
export const CLOSED = END - HOUR

const [FROM, TO] = [END - 20 * HOUR, CLOSED]
const MADE: Readonly<Record<string, readonly MadePayload[]>> = {
  environment: environmentPayloads(FROM, TO),
  'air-and-noise': noisePayloads(FROM, TO),
  'compactor-events': compactorPayloads(FROM, TO),
  'bike-counts': bicyclePayloads(FROM, TO),
}

/** Whether a stream's payloads are made up here, because no data of it is at hand. */
export function isMade(stream: string): boolean {
  return MADE[stream] !== undefined
}

/** What is sent of each stream, and what must be stored of it, by the files alone. */
export interface DataSource {
  rowsOf(stream: string): readonly Row[]
  expectedOf(stream: string): Published
}

function source(rowsOf: (stream: string) => readonly Row[], expectedOf: (stream: string) => Published): DataSource {
  return {
    rowsOf: (stream) => MADE[stream] ?? rowsOf(stream),
    expectedOf: (stream) =>
      MADE[stream] === undefined ? expectedOf(stream) : { readings: MADE[stream].map((m) => m.reading), refused: {} },
  }
}

/** How many days later than in the fleet's replay. */
const LATER: Readonly<Record<string, number>> = { 'bike-share': 2, 'parking-bays': 3, 'traffic-counts': 5 }

/** The shipped slices. */
export const shippedData = source(
  (stream) => shippedRows(stream, LATER[stream] ?? 0),
  (stream) => published(stream, LATER[stream] ?? 0),
)

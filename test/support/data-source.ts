import { type Row, shippedRows } from '@commonstream/fleet'
import type { Stream } from '@commonstream/schemas'
import { bicyclePayloads, compactorPayloads, environmentPayloads, type MadePayload, noisePayloads } from './made-payloads.ts'
import { type Published, published, SHIPPED_WEEKS } from './published-streams.ts'

export const HOUR = 3_600_000

/** The end of the pedestrian night. Every stream is moved to end within the day before. */
export const END = Date.parse('2023-06-05T08:30:00+10:00')

/** Before this nothing more is sent: windows that end here close once they have waited. */
export const CLOSED = END - HOUR

const [FROM, TO] = [END - 20 * HOUR, CLOSED]

/** Payloads of the streams of which no data is at hand. */
export const MADE: Readonly<Record<string, readonly MadePayload[]>> = {
  environment: environmentPayloads(FROM, TO),
  'air-and-noise': noisePayloads(FROM, TO),
  'compactor-events': compactorPayloads(FROM, TO),
  'bike-counts': bicyclePayloads(FROM, TO),
}

/** What is sent of each stream, and what must be stored of it, by the files alone. */
export interface DataSource {
  /** What is replayed and what is not, for people. */
  readonly notes: readonly string[]
  /** When the city's clock begins (epoch ms), and how fast it runs. */
  readonly clock: { readonly start: number; readonly speed: number }
  /** The text of a contract, in which what a busy machine sends behind its time is neither late nor too old. */
  patient(contract: string, stream: string): string
  rowsOf(stream: string): readonly Row[]
  expectedOf(stream: Stream): Published
  /** Adds to the copied city what the data needs. */
  prepare(city: string): void
  /** Files for `make import`, with the sensor of each of their columns. */
  readonly history: { readonly texts: readonly string[]; readonly places: ReadonlyMap<string, string> }
}

/** How many days later than in the fleet's replay. */
const LATER: Readonly<Record<string, number>> = { 'bike-share': 2, 'parking-bays': 3, 'traffic-counts': 5 }

/** The shipped slices, two days and a half in a minute: a second of this machine is more than an hour there. */
export const shippedData: DataSource = {
  notes: ['the shipped slices are replayed; CITY_DATA names a folder of whole files'],
  // A day and a half before the protected stream's first window closes, for the services to start.
  clock: { start: Date.parse('2023-06-02T20:00:00Z'), speed: 4_000 },
  // Half a minute is a day and a half there.
  patient: (contract) =>
    contract
      .replace(/behind: P1D/, 'behind: P2D')
      .replace(/behind: P30D/, 'behind: P60D')
      .replace(/lateness: \w+/, 'lateness: PT12H'),
  rowsOf: (stream) => MADE[stream] ?? shippedRows(stream, LATER[stream] ?? 0),
  expectedOf({ name }) {
    const made = MADE[name]
    if (made !== undefined) return { readings: made.map((m) => m.reading), refused: {} }
    return published(name, (SHIPPED_WEEKS[name] ?? 0) * 7 + (LATER[name] ?? 0))
  },
  prepare: () => {},
  history: { texts: [], places: new Map() },
}

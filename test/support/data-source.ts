import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { bikeSharePolls, publishedRows, type Row, shippedRows } from '@commonstream/fleet'
import { parse } from 'csv-parse/sync'
import { bicyclePayloads, compactorPayloads, environmentPayloads, type MadePayload, noisePayloads } from './made-payloads.ts'
import { type Cells, type Published, published } from './published-streams.ts'

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

const SHARED = new URL('../../../shared/data/', import.meta.url)
const POLLS = new URL('ecobici-gbfs/', SHARED)

/** Whether the published files are beside the checkout. */
export const hasPublished = existsSync(SHARED)

/** Of the streams whose published files hold more than is shipped: the file, and how many days later than in the fleet's replay. */
const WHOLE: Readonly<Record<string, { readonly file: string; readonly later: number }>> = {
  'bike-share': { file: '', later: 1 },
  'bin-collections': { file: 'edinburgh-enevo-bins/collections-20160603-20160705.csv', later: -3 },
  microclimate: { file: 'melbourne-microclimate/microclimate-20240529-20240612.csv', later: -3 },
}

const textOf = (file: string) => readFileSync(new URL(file, SHARED), 'utf8')

/** A day of polls as they were kept, the error page among them. */
function polls(): string[] {
  const files = readdirSync(POLLS).filter((name) => name.startsWith('station_status'))
  return files.map((name) => readFileSync(new URL(name, POLLS), 'utf8'))
}

function wholeTable(stream: string): readonly Cells[] {
  if (stream !== 'bike-share') return parse<Cells>(textOf(WHOLE[stream]?.file as string), { columns: true, bom: true })
  return polls().flatMap((text) => {
    if (!text.startsWith('{')) return []
    const { stations } = (JSON.parse(text) as { data: { stations: Record<string, unknown>[] } }).data
    return stations.map((station) => Object.fromEntries(Object.entries(station).map(([name, value]) => [name, String(value)])))
  })
}

/** The published files, whole: of what is not there, or is shipped whole, the shipped ones. */
export const wholeData = source(
  (stream) => {
    const whole = WHOLE[stream]
    if (whole === undefined) return shippedData.rowsOf(stream)
    return publishedRows(stream, [stream === 'bike-share' ? bikeSharePolls(polls()) : textOf(whole.file)], whole.later)
  },
  (stream) => (WHOLE[stream] === undefined ? shippedData.expectedOf(stream) : published(stream, WHOLE[stream].later, wholeTable)),
)

/** The data of a run: CITY_DATA=whole are the published files, where they are at hand. */
export function chosenData(): DataSource {
  return process.env['CITY_DATA'] === 'whole' && hasPublished ? wholeData : shippedData
}

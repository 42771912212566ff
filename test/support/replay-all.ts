import { setTimeout as sleep } from 'node:timers/promises'
import { mergePlans, type Outcome, planReplay, type Row, sendPlan, shippedGateway, shippedRows } from '@commonstream/fleet'
import { type Clock, cityClock } from '@commonstream/runtime'
import type { City } from '@commonstream/schemas'
import { bicyclePayloads, compactorPayloads, environmentPayloads, type MadePayload, noisePayloads } from './made-payloads.ts'
import { type Published, published } from './published-streams.ts'
import type { TestStack } from './stack.ts'

const HOUR = 3_600_000

/** The end of the pedestrian night. Every stream is moved to end within the day before. */
export const END = Date.parse('2023-06-05T08:30:00+10:00')

/** Before this nothing more is sent: windows that end here close once they have waited. */
export const CLOSED = END - HOUR

/** Streams that come by HTTP, as polls of whole feeds; all others by MQTT. */
export const BY_HTTP: readonly string[] = ['bike-share', 'traffic-counts']

/** How many days later than in the fleet's replay. */
const LATER: Readonly<Record<string, number>> = { 'bike-share': 2, 'parking-bays': 3, 'traffic-counts': 5 }

const [FROM, TO] = [END - 20 * HOUR, CLOSED]
const MADE: Readonly<Record<string, readonly MadePayload[]>> = {
  environment: environmentPayloads(FROM, TO),
  'air-and-noise': noisePayloads(FROM, TO),
  'compactor-events': compactorPayloads(FROM, TO),
  'bike-counts': bicyclePayloads(FROM, TO),
}

/** What must be stored of a stream, by the files alone. */
export function expectedOf(stream: string): Published {
  const made = MADE[stream]
  return made === undefined ? published(stream, LATER[stream] ?? 0) : { readings: made.map((m) => m.reading), refused: {} }
}

/** What was sent, and what the other side said. */
export interface Sent {
  readonly outcome: Outcome
  /** Messages by stream: MQTT messages that were acknowledged, and POSTs. */
  readonly messages: ReadonlyMap<string, number>
}

/** Sends every stream's data, each message at its time on the city's clock: shuffled by ten minutes, one in fifty twice. */
export async function replayAll(stack: TestStack, city: City): Promise<Sent> {
  const env = stack.env()
  const clock = cityClock(env['CITY_CLOCK'], Number(env['CITY_CLOCK_ORIGIN']))
  const plans = city.streams
    .filter(({ name }) => !BY_HTTP.includes(name))
    .map((stream) => {
      const gateway = MADE[stream.name] === undefined ? shippedGateway(stream.name) : `${stream.name}-gateway`
      const options = { stream, seed: 7, shuffleMs: 600_000, duplicates: 0.02 }
      return planReplay(rowsOf(stream.name), { ...options, ...(gateway !== null && { gateway }) })
    })
  const [outcome, ...posts] = await Promise.all([
    sendPlan(mergePlans(plans), { url: stack.url('mqtt'), clock, patienceMs: 60_000 }),
    ...BY_HTTP.map(async (stream) => [stream, await postAll(stack, stream, clock)] as const),
  ])
  return { outcome, messages: new Map([...outcome.streams.map((s) => [s.stream, s.acknowledged] as const), ...posts]) }
}

function rowsOf(stream: string): readonly Row[] {
  return MADE[stream] ?? shippedRows(stream, LATER[stream] ?? 0)
}

/** POSTs a stream's polls, each at its time and once more, and an error page that a feed once gave as a poll. */
async function postAll(stack: TestStack, stream: string, clock: Clock): Promise<number> {
  const polls = [...Map.groupBy(rowsOf(stream), ({ at }) => at)].toSorted(([a], [b]) => a - b)
  const bodies = polls.map(([at, rows]) => [at, JSON.stringify(pageOf(stream, rows))] as const)
  const all = [...bodies.flatMap((b) => [b, b]), [0, '404 Not Found'] as const]
  for (const [at, body] of all) {
    while (clock.now() < at) await sleep(50)
    const address = `http://127.0.0.1:${stack.ports.push}/v1/streams/${stream}/readings`
    const response = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const told = await response.text()
    if (![202, 400, 422].includes(response.status)) throw new Error(`${stream}: ${response.status} ${told}`)
  }
  return all.length
}

function pageOf(stream: string, rows: readonly Row[]): unknown {
  const payloads = rows.map(({ payload }) => payload as { last_updated?: number; data?: { stations: unknown[] } })
  if (stream !== 'bike-share') return { success: true, result: { records: payloads, total: payloads.length } }
  return { last_updated: payloads[0]?.last_updated, ttl: 2, data: { stations: payloads.flatMap((p) => p.data?.stations ?? []) } }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { mergePlans, type Outcome, planReplay, type Row, sendPlan, SHIPPED_STREAMS, shippedGateway } from '@commonstream/fleet'
import { type Clock, cityClock } from '@commonstream/runtime'
import type { City } from '@commonstream/schemas'
import type { DataSource } from './data-source.ts'
import type { TestStack } from './stack.ts'

/** Streams that come by HTTP, as polls of whole feeds; all others by MQTT. */
export const BY_HTTP: readonly string[] = ['bike-share', 'traffic-counts']

/** What was sent, and what the other side said. */
export interface Sent {
  readonly outcome: Outcome
  /** Messages by stream: MQTT messages that were acknowledged, and POSTs. */
  readonly messages: ReadonlyMap<string, number>
}

/** Sends every stream's data, each message at its time on the city's clock: shuffled by ten minutes, one in fifty twice. */
export async function replayAll(stack: TestStack, city: City, data: DataSource): Promise<Sent> {
  const env = stack.env()
  const clock = cityClock(env['CITY_CLOCK'], Number(env['CITY_CLOCK_ORIGIN']))
  const plans = city.streams
    .filter(({ name }) => !BY_HTTP.includes(name))
    .map((stream) => {
      const gateway = SHIPPED_STREAMS.includes(stream.name) ? shippedGateway(stream.name) : `${stream.name}-gateway`
      const options = { stream, seed: 7, shuffleMs: 600_000, duplicates: 0.02 }
      return planReplay(data.rowsOf(stream.name), { ...options, ...(gateway !== null && { gateway }) })
    })
  const [outcome, ...posts] = await Promise.all([
    sendPlan(mergePlans(plans), { url: stack.url('mqtt'), clock, patienceMs: 60_000 }),
    ...BY_HTTP.map(async (stream) => [stream, await postAll(stack, stream, data.rowsOf(stream), clock)] as const),
  ])
  return { outcome, messages: new Map([...outcome.streams.map((s) => [s.stream, s.acknowledged] as const), ...posts]) }
}

/** POSTs a stream's polls, each at its time and once more, and an error page that a feed once gave as a poll. */
async function postAll(stack: TestStack, stream: string, rows: readonly Row[], clock: Clock): Promise<number> {
  const polls = [...Map.groupBy(rows, ({ at }) => at)].toSorted(([a], [b]) => a - b)
  const bodies = polls.map(([at, poll]) => [at, JSON.stringify(pageOf(stream, poll))] as const)
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

import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { LIVE } from '../live-city.ts'
import type { LiveStack } from '../live-stack.ts'
import { measure } from '../process-figures.ts'
import type { TestStack } from '../../support/stack.ts'

const SECONDS = 20
const PROCESSES = ['bridge', 'worker', 'clickhouse', 'kafka', 'query'] as const

/** Every process at live pace: what it costs when there is no crowd of events to share the cost of a flush. */
export async function benchLive(bench: Bench, live: LiveStack): Promise<void> {
  const stack = await live.load()
  const seconds = bench.scaled(SECONDS)
  bench.say(`measuring for ${seconds} s`)
  const stop = measure(Object.fromEntries(PROCESSES.map((name) => [name, stack.pid(name)])))
  const before = { records: await recordsFolded(stack), parts: await partsInserted(stack) }
  await sleep(seconds * 1_000)
  live.checkLoad()
  const span = stop()
  const records = (await recordsFolded(stack)) - before.records
  const parts = (await partsInserted(stack)) - before.parts
  if (records < seconds * LIVE.rate * 0.9)
    throw new Error(`only ${records} readings were folded in ${seconds} s: this machine does not keep the pace`)
  for (const [name, { cpu, peakMb }] of Object.entries(span.processes)) {
    const perSecond = name === 'query' ? {} : { perSecond: records / span.seconds, cpuPerMillion: (cpu / records) * 1e6 }
    bench.add(`${name} at ${LIVE.rate.toLocaleString('en')} readings per second`, { ...perSecond, peakMb })
  }
  bench.add('parts inserted into all tables', { perSecond: parts / span.seconds })
  const busy = Object.entries(span.processes).map(([name, { cpu }]) => `${name} ${((cpu / span.seconds) * 100).toFixed(1)} %`)
  bench.note(`share of one core: ${busy.join(', ')}`)
}

/** Positions of the worker over all partitions. */
async function recordsFolded(stack: TestStack): Promise<number> {
  const answer = (await (await fetch(`${stack.url('worker')}/health/ready`)).json()) as { details: Record<string, { next: number }[]> }
  return (answer.details[LIVE.stream] ?? []).reduce((sum, { next }) => sum + next, 0)
}

/** A table's blocks are numbered as they are inserted, whatever merges do with them afterwards. */
async function partsInserted(stack: TestStack): Promise<number> {
  const query =
    "SELECT sum(newest) AS parts FROM (SELECT table, max(max_block_number) AS newest FROM system.parts WHERE database = 'city' GROUP BY table)"
  const [row] = await (await stack.store.query({ query, format: 'JSONEachRow' })).json<{ parts: number }>()
  return row?.parts ?? 0
}

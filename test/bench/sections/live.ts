import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { LIVE } from '../live-city.ts'
import { type LiveStack, recordsFolded } from '../live-stack.ts'
import { measure } from '../process-figures.ts'
import type { TestStack } from '../../support/stack.ts'

const SECONDS = 20
/** A few flushes at least: less is chance. */
const LEAST_SECONDS = 5
const PROCESSES = ['bridge', 'worker', 'clickhouse', 'kafka', 'query'] as const

/** Every process at live pace: what it costs when there is no crowd of events to share the cost of a flush. */
export async function benchLive(bench: Bench, live: LiveStack): Promise<void> {
  const stack = await live.load()
  const seconds = Math.max(LEAST_SECONDS, bench.scaled(SECONDS))
  bench.say(`measuring for ${seconds} s`)
  const stop = measure(Object.fromEntries(PROCESSES.map((name) => [name, stack.pid(name)])))
  const before = { records: await recordsFolded(stack), parts: await partsInserted(stack) }
  await sleep(seconds * 1_000)
  live.checkLoad()
  const span = stop()
  const records = (await recordsFolded(stack)) - before.records
  const parts = (await partsInserted(stack)) - before.parts
  if (records < seconds * LIVE.rate * 0.9)
    bench.note(`only ${Math.round(records / span.seconds)} readings per second were folded: this machine did not keep the pace`)
  for (const [name, { cpu, peakMb }] of Object.entries(span.processes)) {
    const perSecond = name === 'query' ? {} : { perSecond: records / span.seconds, cpuPerMillion: (cpu / records) * 1e6 }
    bench.add(`${name} at ${LIVE.rate.toLocaleString('en')} readings per second`, { ...perSecond, peakMb })
  }
  bench.add('parts inserted into all tables', { perSecond: parts / span.seconds })
  const busy = Object.entries(span.processes).map(([name, { cpu }]) => `${name} ${((cpu / span.seconds) * 100).toFixed(1)} %`)
  bench.note(`share of one core: ${busy.join(', ')}`)
}

/** A table's blocks are numbered as they are inserted, whatever merges do with them afterwards. */
async function partsInserted(stack: TestStack): Promise<number> {
  const query =
    "SELECT sum(newest) AS parts FROM (SELECT table, max(max_block_number) AS newest FROM system.parts WHERE database = 'city' GROUP BY table)"
  const [row] = await (await stack.store.query({ query, format: 'JSONEachRow' })).json<{ parts: number }>()
  return row?.parts ?? 0
}

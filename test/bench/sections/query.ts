import type { Bench } from '../bench.ts'
import { benchQuery } from '../query.ts'
import type { Wanted } from '../row.ts'

const PARTIALS = 10_000_000
const REQUESTS = 100
const WANTED: Readonly<Record<string, Wanted>> = { 'one sensor-day': { figure: 'p99Ms', most: 50, kind: 'goal' } }

/** Questions over HTTP to the query service, one after the other, each another one, over a store full of partials. */
export async function runQuery(bench: Bench): Promise<void> {
  const [partials, requests] = [bench.scaled(PARTIALS), Math.max(20, bench.scaled(REQUESTS))]
  bench.say(`making ${partials.toLocaleString('en')} partials, then ${requests} requests per question`)
  const { runs, peakMemoryMb } = await benchQuery({ partials, requests })
  for (const { question, p50Ms, p99Ms, requestsPerCpuSecond } of runs) {
    const { query, store } = requestsPerCpuSecond
    const wanted = WANTED[question]
    // CPU of the service and of the engine together.
    bench.add(question, { cpuPerMillion: 1e6 / query + 1e6 / store, p50Ms, p99Ms }, ...(wanted === undefined ? [] : [wanted]))
  }
  bench.add('query', { peakMb: peakMemoryMb.query })
  bench.add('clickhouse', { peakMb: peakMemoryMb.store })
}

import { parseArgs } from 'node:util'
import { endWithParent } from '../spawn-node.ts'
import { crashBridge } from './crash-bridge.ts'
import { type CrashRun, flushOf, type Injection, pairs, singles } from './crash-points.ts'
import { crashWorker } from './crash-worker.ts'
import { type SimCity, simCities } from './sim-city.ts'
import { emptyTally } from './tally.ts'

// Runs every `step`-th injection from the `from`-th on: single ones of the worker's run (`--what worker`), of the one
// flush in which everything happens (`flush`), or all pairs in it (`pairs`); single ones of the bridge's run (`bridge`),
// or pairs in it (`bridge-pairs`). Prints how many there were and which differed as JSON.

type Run = (city: SimCity, injections: readonly Injection[]) => Promise<CrashRun>

/** Of the bridge's requests, so many are paired with each other. */
const BRIDGE_PAIRS = 12

const KINDS: Readonly<Record<string, { run: Run; all: (requests: readonly string[]) => Iterable<Injection[]> }>> = {
  worker: { run: crashWorker, all: (requests) => singles(0, requests.length) },
  flush: { run: crashWorker, all: (requests) => singles(flushOf(requests).from, flushOf(requests).to) },
  pairs: { run: crashWorker, all: (requests) => pairs(flushOf(requests).from, flushOf(requests).to) },
  bridge: { run: crashBridge, all: (requests) => singles(0, requests.length) },
  'bridge-pairs': { run: crashBridge, all: () => pairs(0, BRIDGE_PAIRS) },
}

endWithParent()
const { values } = parseArgs({
  options: { from: { type: 'string', default: '0' }, step: { type: 'string', default: '1' }, what: { type: 'string', default: 'worker' } },
})
const kind = KINDS[values.what]
if (kind === undefined) throw new Error(`there is no kind "${values.what}"`)
const cities = await simCities()
const tally = emptyTally()
const began = process.cpuUsage()
for (const isProtected of [false, true]) {
  const city = cities(isProtected, 1)
  const { requests } = await kind.run(city, [])
  const all = [...kind.all(requests)]
  for (let i = Number(values.from); i < all.length; i += Number(values.step)) {
    const injections = all[i] ?? []
    const { differences, records } = await kind.run(city, injections)
    tally.seeds++
    tally.records += records
    const what = injections.map((n) => `${requests[n.request]} (${n.request}) ${n.mode}${n.kills ? ', killed' : ''}`).join(' and ')
    if (differences.length > 0) tally.failed.push({ seed: i, differences: [what, ...differences.slice(0, 4)] })
  }
}
const { user, system } = process.cpuUsage(began)
tally.cpuMs = (user + system) / 1_000
process.stdout.write(JSON.stringify(tally))

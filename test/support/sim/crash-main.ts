import { parseArgs } from 'node:util'
import { crashRun, flushOf, pairs, singles } from './crash-points.ts'
import { simCities } from './sim-city.ts'
import { emptyTally } from './tally.ts'

// Runs every `step`-th injection from the `from`-th on: all single ones of a whole run, and with `--pairs` all pairs
// within a flush; prints how many there were and which differed as JSON.
const { values } = parseArgs({
  options: { from: { type: 'string', default: '0' }, step: { type: 'string', default: '1' }, pairs: { type: 'boolean', default: false } },
})
const cities = await simCities()
const tally = emptyTally()
const began = process.cpuUsage()
for (const isProtected of [false, true]) {
  const city = cities(isProtected, 1)
  const { requests } = await crashRun(city, [])
  const flush = flushOf(requests)
  const all = values.pairs ? [...pairs(flush.from, flush.to)] : [...singles(0, requests.length)]
  for (let i = Number(values.from); i < all.length; i += Number(values.step)) {
    const injections = all[i] ?? []
    const { differences } = await crashRun(city, injections)
    tally.seeds++
    const what = injections
      .map(({ request, mode, kills }) => `${requests[request]} (${request}) ${mode}${kills ? ', killed' : ''}`)
      .join(' and ')
    if (differences.length > 0) tally.failed.push({ seed: i, differences: [what, ...differences.slice(0, 4)] })
  }
}
const { user, system } = process.cpuUsage(began)
tally.cpuMs = (user + system) / 1_000
process.stdout.write(JSON.stringify(tally))

import { parseArgs } from 'node:util'
import { endWithParent } from '../spawn-node.ts'
import { MUTANTS } from './mutants.ts'
import { runSeed } from './run-seed.ts'
import { simCities } from './sim-city.ts'
import { count, emptyTally } from './tally.ts'

// Runs the seeds `from`, `from + step`, … below `to` and prints the tally as JSON. With `--mutant` it ends at the first
// seed that differs.
endWithParent()
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    mutant: { type: 'string' },
  },
})
const mutant = MUTANTS.find((m) => m.name === values.mutant)
if (values.mutant !== undefined && mutant === undefined) throw new Error(`there is no mutant "${values.mutant}"`)
const cities = await simCities()
const tally = emptyTally()
const began = process.cpuUsage()
let at = -1
// In a service this ends the process; here it belongs to the seed at hand.
process.on('unhandledRejection', (error) => tally.failed.push({ seed: at, differences: [`nobody caught ${String(error)}`] }))
for (let seed = Number(values.from); seed < Number(values.to); seed += Number(values.step)) {
  at = seed
  count(tally, await runSeed(seed, cities, mutant))
  if (mutant !== undefined && tally.failed.length > 0) break
}
const { user, system } = process.cpuUsage(began)
tally.cpuMs = (user + system) / 1_000
process.stdout.write(JSON.stringify(tally))

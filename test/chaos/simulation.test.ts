import { expect, test } from 'vitest'
import { MUTANTS } from '../support/sim/mutants.ts'
import { runSeed } from '../support/sim/run-seed.ts'
import { runMutant, runSeeds } from '../support/sim/run-seeds.ts'
import { simCities } from '../support/sim/sim-city.ts'
import { told } from '../support/sim/tally.ts'

// `SEED=n make chaos` replays one seed and says what workers told their operator; `SEEDS=n` runs another number.
const { SEED, SEEDS = '10000' } = process.env

test.runIf(SEED !== undefined)('one seed again', { timeout: 120_000 }, async () => {
  const result = await runSeed(Number(SEED), await simCities())
  console.log(JSON.stringify(result.scenario), `\n${result.notices.join('\n')}`)
  expect(result.differences).toEqual([])
})

test.runIf(SEED === undefined)('every seed is what its log says', { timeout: 3_600_000 }, async () => {
  const began = performance.now()
  const tally = await runSeeds(0, Number(SEEDS))
  console.log(told(tally, (performance.now() - began) / 1_000))
  expect(tally.failed).toEqual([])
})

/** Within so many seeds a protocol that lacks a safeguard must show. */
const MUTANT_SEEDS = 600

test.runIf(SEED === undefined).each(MUTANTS.map((m) => m.name))('a mutant is caught: %s', { timeout: 600_000 }, async (name) => {
  const { seeds, failed } = await runMutant(name, MUTANT_SEEDS)
  console.log(`${name}: caught at seed ${failed[0]?.seed} of ${seeds}: ${failed[0]?.differences[0]?.slice(0, 160)}`)
  expect(failed).toHaveLength(1)
})

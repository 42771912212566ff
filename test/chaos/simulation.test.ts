import { expect, test } from 'vitest'
import { tellInjections } from '../support/chaos-table.ts'
import { MUTANTS } from '../support/sim/mutants.ts'
import { runSeed } from '../support/sim/run-seed.ts'
import { type CrashPoints, runCrashPoints, runMutants, runSeeds } from '../support/sim/run-seeds.ts'
import { simCities } from '../support/sim/sim-city.ts'
import { injectionsOf, sortsOf, told } from '../support/sim/tally.ts'

// `SEED=n make chaos` replays one seed and says what workers told their operator; `SEEDS=n` runs another number.
const { SEED, SEEDS = '10000' } = process.env

test.runIf(SEED !== undefined)('one seed again', { timeout: 120_000 }, async () => {
  const result = await runSeed(Number(SEED), await simCities())
  console.log(JSON.stringify(result.scenario), `\n${result.notices.join('\n')}`)
  expect(result.differences).toEqual([])
})

test.runIf(SEED === undefined)('every seed is what its log says', { timeout: 3_600_000 }, async () => {
  const began = performance.now()
  const tally = await runSeeds(0, Number(SEEDS), 'idle')
  console.log(told(tally, (performance.now() - began) / 1_000))
  tellInjections(injectionsOf(tally))
  expect(tally.failed).toEqual([])
})

const POINTS: readonly (readonly [CrashPoints, string])[] = [
  ['worker', "every request of a worker's run"],
  ['pairs', 'every two requests of a flush'],
  ['bridge', "every request of a bridge's run"],
  ['bridge-pairs', 'every two of the first twelve requests of a bridge'],
]

test.runIf(SEED === undefined).each(POINTS)('crash points: %s', { timeout: 1_800_000 }, async (points, words) => {
  const began = performance.now()
  const { seeds, records, failed } = await runCrashPoints(points, 'idle')
  console.log(`${words}, in every way: ${seeds} runs in ${((performance.now() - began) / 1_000).toFixed(0)} s, ${failed.length} differed`)
  const times = seeds * (points.endsWith('pairs') ? 2 : 1)
  const wrong = sortsOf(failed.flatMap(({ differences }) => differences))
  tellInjections([{ fault: `simulated: ${words}, in every way`, times, events: records, ...wrong, recoveryMs: null }])
  expect(failed).toEqual([])
})

/** Within so many seeds a protocol that lacks a safeguard must show. */
const MUTANT_SEEDS = 600

test.runIf(SEED === undefined)('every mutant is caught', { timeout: 1_800_000 }, async () => {
  const caught = await runMutants(
    MUTANTS.map((m) => m.name),
    MUTANT_SEEDS,
    'idle',
  )
  const lines = caught.map(
    ({ name, tally }) => `  ${name}: ${tally.failed[0] === undefined ? 'not caught' : `seed ${tally.failed[0].seed}`}`,
  )
  console.log(`mutants, and the first seed that shows them:\n${lines.join('\n')}`)
  expect(caught.filter(({ tally }) => tally.failed.length === 0)).toEqual([])
})

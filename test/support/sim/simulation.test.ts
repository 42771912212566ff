import { expect, test } from 'vitest'
import { runSeed } from './run-seed.ts'
import { runSeeds } from './run-seeds.ts'
import { simCities } from './sim-city.ts'
import { told } from './tally.ts'

// `make chaos` runs ten thousand.
const SEEDS = 150

test(`${SEEDS} simulated cities, worker and bridge as they are, differ in nothing from what their logs say`, {
  timeout: 300_000,
}, async () => {
  const tally = await runSeeds(0, SEEDS)
  if (tally.failed.length > 0) console.log(told(tally, 0))
  expect(tally.failed).toEqual([])
  expect(tally.seeds).toBe(SEEDS)
})

test('a seed is the same run again, step by step', { timeout: 60_000 }, async () => {
  const cities = await simCities()
  const [once, again] = [await runSeed(7, cities), await runSeed(7, cities)]
  expect(again).toEqual(once)
  expect(once.records).toBeGreaterThan(100)
})

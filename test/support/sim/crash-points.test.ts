import { expect, test } from 'vitest'
import { runCrashPoints } from './run-seeds.ts'

// `make chaos` runs the other ones: of a worker's whole run, and all pairs within a flush and of a bridge.
test.each(['flush', 'bridge'] as const)('a fault at any single request changes no result: %s', { timeout: 300_000 }, async (what) => {
  const { seeds, failed } = await runCrashPoints(what)
  expect(failed).toEqual([])
  expect(seeds).toBeGreaterThan(300)
})

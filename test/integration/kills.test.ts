import { expect, test } from 'vitest'
import { runKills } from '../support/cluster-run.ts'

// The short form of test/chaos/kills.test.ts: one broker, three faults.
test('a worker, a bridge and the store are killed under load: nothing is lost, nothing is there twice', { timeout: 300_000 }, async () => {
  const events = 60_000
  const result = await runKills(
    {
      ...{ brokers: 1, bridges: 2, workers: 2, partitions: 2, events, rate: 4_000, seed: 1, pauseMs: 500 },
      faults: (f) => [f.killStore, f.killBridge, f.killWorkerAtChunkEnd],
    },
    (line) => console.log(line),
  )
  console.log(result.report)
  expect(result.wrong).toEqual([])
  expect(result.acknowledged).toBeGreaterThan(events)
})

import { expect, test } from 'vitest'
import { tellInjections } from '../support/chaos-table.ts'
import { runKills } from '../support/cluster-run.ts'

/** A smaller number is for trying out the faults themselves. */
const EVENTS = Number(process.env['CITY_CHAOS_EVENTS'] ?? 1_000_000)
/** So that there is load until the last of the faults. */
const RATE = 4_000
/** On a machine that does nothing else it takes a third of that. */
const LIMIT_MS = 1_200_000

test('a million events through three brokers that are killed, rolled and cut off, with all that is around them', {
  timeout: LIMIT_MS,
}, async () => {
  const result = await runKills(
    {
      ...{ brokers: 3, bridges: 2, workers: 4, partitions: 4, events: EVENTS, rate: Math.min(RATE, EVENTS / 30), seed: 4, pauseMs: 1_000 },
      faults: (f) => [
        f.killWorker,
        f.bounceBroker,
        f.changeContract,
        f.killBridge,
        f.cutStore,
        f.freezeWorker,
        f.cutBridge,
        f.loseBroker,
        f.killWorkerAtChunkEnd,
        f.killStore,
        f.rollBrokers,
        f.cutCommit,
        f.killStoreAndWorker,
        f.killStorm,
        f.freezeBridge,
        f.cutWorker,
        f.killBrokerAndOthers,
        f.freezeBroker,
      ],
    },
    (line) => console.log(line),
  )
  console.log(result.report)
  tellInjections(result.injections)
  expect(result.wrong).toEqual([])
  expect(result.acknowledged).toBeGreaterThan(EVENTS)
  expect(result.documents).toBeGreaterThan(1)
})

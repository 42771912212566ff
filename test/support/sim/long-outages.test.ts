import { expect, test } from 'vitest'
import { runSeed } from './run-seed.ts'
import type { Scenario } from './scenario.ts'
import { simCities } from './sim-city.ts'

const SEEDS = 2
const MINUTE = 60_000
const away = ({ start }: Scenario, minutes: number) => ({ from: start + MINUTE, to: start + (1 + minutes) * MINUTE })

// What takes longer than a test may, in a world whose time is its own; `make chaos` does the same for seconds with real processes.
const LONG: readonly (readonly [string, string, (scenario: Scenario) => Partial<Scenario>])[] = [
  [
    'a worker killed, stopped, restarted or sent out of its group every few seconds for ten minutes',
    'worker killed',
    () => ({ lengthMs: 10 * MINUTE, troubleMs: 2_500, workers: 3, partitions: 3 }),
  ],
  ['ClickHouse away for half an hour', 'store refused', (s) => ({ lengthMs: 35 * MINUTE, troubleMs: 30_000, storeAway: away(s, 30) })],
  ['Kafka away for ten minutes', 'kafka away', (s) => ({ lengthMs: 15 * MINUTE, troubleMs: 30_000, kafkaAway: away(s, 10) })],
  ['Kafka away for an hour', 'kafka away', (s) => ({ lengthMs: 65 * MINUTE, troubleMs: 30_000, kafkaAway: away(s, 60) })],
]

test.each(LONG)(
  '%s: every sensor delivers, workers go on by themselves, and all is what the log says',
  { timeout: 120_000 },
  async (_, fault, change) => {
    const cities = await simCities()
    for (let seed = 0; seed < SEEDS; seed++) {
      const result = await runSeed(seed, cities, undefined, (scenario) => ({
        ...scenario,
        disaster: null,
        storeAway: null,
        ...change(scenario),
      }))
      expect([seed, result.differences]).toEqual([seed, []])
      expect(result.injected[fault]).toBeGreaterThan(0)
      expect(result.records).toBeGreaterThan(500)
    }
  },
)

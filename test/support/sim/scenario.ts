import type { Decide, Mode, Server, Weather } from './faults.ts'
import type { Random } from './random.ts'

/** What is lost for good in a run, besides everything that is only delayed or repeated. */
export const DISASTERS = ['trim', 'empty store', 'empty ledger', 'lost part', 'no committed offset', 'cut end', 'power'] as const
export type Disaster = (typeof DISASTERS)[number]

/** What one seed means. */
export interface Scenario {
  readonly isProtected: boolean
  readonly partitions: number
  /** Epoch ms of the first moment; some runs cross midnight, where another day key begins. */
  readonly start: number
  readonly lengthMs: number
  readonly workers: number
  /** Bytes of rows that may wait: little makes for pressure. */
  readonly maxBytes: number
  /** How often a worker tries before it ends. */
  readonly patience: { readonly tries: number; readonly minMs: number; readonly maxMs: number }
  readonly weather: Readonly<Record<Server, Weather>>
  readonly storeAway: { readonly from: number; readonly to: number } | null
  /** An outage of Kafka besides those that the world makes by chance. */
  readonly kafkaAway: { readonly from: number; readonly to: number } | null
  readonly lagging: number
  readonly diskFull: number
  /** Mean time between things that happen to workers, ms. */
  readonly troubleMs: number
  readonly disaster: { readonly what: Disaster; readonly at: number } | null
}

const SECOND = 1_000
const MIDNIGHT = Date.UTC(2026, 10, 25)

export function scenarioOf(random: Random): Scenario {
  // Mostly short, for there to be many; some long enough for outages that leave gaps.
  const lengthMs = (random.chance(0.75) ? random.int(40, 80) : random.int(90, 160)) * SECOND
  const start = MIDNIGHT - random.int(0, 300) * SECOND
  const away = start + random.int(10 * SECOND, lengthMs)
  return {
    isProtected: random.chance(0.5),
    partitions: random.pick([1, 1, 2, 3]),
    start,
    lengthMs,
    workers: random.pick([1, 1, 2, 3]),
    maxBytes: random.pick([1 << 20, 1 << 20, 6_000]),
    patience: { tries: random.pick([130, 130, 3]), minMs: 200, maxMs: 5_000 },
    weather: { kafka: weatherOf(random), store: weatherOf(random), disk: {} },
    storeAway: random.chance(0.3) ? { from: away, to: away + random.pick([3, 10, 30]) * SECOND } : null,
    kafkaAway: null,
    lagging: random.pick([0, 0, 0.3]),
    diskFull: random.pick([0, 0, 0.2]),
    troubleMs: random.pick([6, 12, 25, 60]) * SECOND,
    disaster: random.chance(0.2) ? { what: random.pick(DISASTERS), at: start + random.int(30 * SECOND, lengthMs) } : null,
  }
}

function weatherOf(random: Random): Weather {
  const p = random.pick([0, 0.01, 0.04, 0.12])
  return { refused: p, lost: p, partial: p, late: p / 2, hangs: p / 10 }
}

/** Draws the mode of each request from the weather, outages and all; calm once `isCalm`. */
export function decideBy(o: {
  readonly scenario: Scenario
  readonly random: Random
  readonly now: () => number
  readonly kafkaAway: () => boolean
  readonly isCalm: () => boolean
}): Decide {
  const { scenario, random } = o
  return (_process, server) => {
    if (o.isCalm()) return 'ok'
    const { storeAway } = scenario
    const away =
      server === 'kafka' ? o.kafkaAway() : server === 'store' && storeAway !== null && o.now() >= storeAway.from && o.now() < storeAway.to
    if (away) return random.chance(0.8) ? 'refused' : 'hangs'
    let lot = random.next()
    for (const [mode, share] of Object.entries(scenario.weather[server]) as [Mode, number][]) {
      if (lot < share) return mode
      lot -= share
    }
    return 'ok'
  }
}

import { checksOf } from './checks.ts'
import { Fleet } from './fleet.ts'
import type { Mutant } from './mutants.ts'
import { Random } from './random.ts'
import { decideBy, type Scenario, scenarioOf } from './scenario.ts'
import type { simCities } from './sim-city.ts'
import { Simulation } from './simulation.ts'
import { Harm } from './harm.ts'
import { World } from './world.ts'

export interface SeedResult {
  readonly seed: number
  readonly scenario: Scenario
  /** What differed from the oracle, in words; empty: nothing. */
  readonly differences: readonly string[]
  readonly injected: Readonly<Record<string, number>>
  readonly records: number
  readonly virtualMs: number
  /** From the end of all faults until everything that was in the log then is certified; null where it never was. */
  readonly recoveryMs: number | null
  readonly steps: number
  /** What workers told an operator, in words. */
  readonly notices: readonly string[]
}

type Cities = Awaited<ReturnType<typeof simCities>>

const SECOND = 1_000
const MOST_STEPS = 200_000
/** Once all is calm, sensors have so long to deliver, and then workers to catch up. */
const PATIENCE_MS = 240 * SECOND
/** Long enough for every window to close, every straggler to come and every request to end that was under way. */
const TAIL_MS = 48 * SECOND

const NO_MUTANT: Mutant = { name: 'none' }

/**
 * Runs one seed to its end and compares everything with the oracle.
 * @param change what is to be otherwise than the seed would have it
 */
export async function runSeed(
  seed: number,
  cities: Cities,
  mutant: Mutant = NO_MUTANT,
  change: (scenario: Scenario) => Scenario = (scenario) => scenario,
): Promise<SeedResult> {
  const undo = mutant.patch?.()
  try {
    return await run(seed, cities, mutant, change)
  } finally {
    undo?.()
  }
}

async function run(seed: number, cities: Cities, mutant: Mutant, change: (scenario: Scenario) => Scenario): Promise<SeedResult> {
  const random = new Random(seed)
  const scenario = (mutant.change ?? change)(scenarioOf(random.fork('scenario')))
  const city = cities(scenario.isProtected, scenario.partitions)
  const sim = new Simulation({ seed, city, start: scenario.start, ...(mutant.tamper && { tamper: mutant.tamper }) })
  const { scheduler, kafka, faults, store, disk } = sim
  const world = new World({
    city,
    kafka,
    faults,
    scheduler,
    random: random.fork('world'),
    lengthMs: scenario.lengthMs,
    noCatchUp: mutant.noCatchUp === true,
  })
  const fleet = new Fleet(sim, scenario, random.fork('fleet'))
  const harm = new Harm(sim, fleet, random.fork('harm'))
  let calm = false
  const weather = random.fork('weather')
  sim.decide = decideBy({ scenario, random: weather, now: () => scheduler.now, kafkaAway: () => world.kafkaAway, isCalm: () => calm })
  store.lagging = scenario.lagging
  disk.full = scenario.diskFull
  if (scenario.disaster !== null) harm.plan(scenario.disaster)

  world.start()
  fleet.start()
  const { kafkaAway } = scenario
  if (kafkaAway !== null) scheduler.after(kafkaAway.from - scheduler.now, () => world.kafkaGoes(kafkaAway.to - kafkaAway.from))
  const end = scenario.start + scenario.lengthMs
  let done = await scheduler.run(() => scheduler.now >= end, MOST_STEPS)
  calm = true
  world.calm()
  fleet.calm()
  disk.full = store.lagging = 0
  const recovery = harm.watchRecovery()
  const longest = scheduler.now + PATIENCE_MS
  done &&= await scheduler.run(
    () => scheduler.now >= end + TAIL_MS && ((world.delivered && world.settled) || scheduler.now >= longest),
    MOST_STEPS,
  )
  world.stop()
  const stopped = scheduler.now
  const latest = stopped + PATIENCE_MS
  done &&= await scheduler.run(() => (scheduler.now >= stopped + 3 * SECOND && harm.caughtUp()) || scheduler.now >= latest, MOST_STEPS)
  const caughtUp = harm.caughtUp()
  const lost = harm.lost
  const where = harm.where()
  fleet.stop()
  done &&= await scheduler.run(() => fleet.stopped || scheduler.now >= latest + 60 * SECOND, MOST_STEPS)
  const differences =
    caughtUp && done
      ? [...world.violations, ...checksOf(sim, { truth: world.truth, harmed: harm.done, lost })]
      : [`not finished: ${where} after ${scheduler.steps} steps`]
  return {
    seed,
    scenario,
    differences,
    injected: Object.fromEntries(faults.injected),
    records: kafka.partitions(sim.city.contexts[0]!.eventsTopic).reduce((n, p) => n + p.end, 0),
    virtualMs: scheduler.now - scenario.start,
    recoveryMs: recovery(),
    steps: scheduler.steps,
    notices: sim.notices.map(({ worker, message, details }) => `${worker}: ${message} ${JSON.stringify(details)}`),
  }
}

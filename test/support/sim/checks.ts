import { partitionOf } from '@commonstream/runtime'
import { checkAlerts } from './check-alerts.ts'
import { checkCounts } from './check-counts.ts'
import { checkPartials } from './check-partials.ts'
import { checkReadings } from './check-readings.ts'
import { checkTruth } from './check-truth.ts'
import { checkWindows } from './check-windows.ts'
import type { Harm } from './harm.ts'
import { Oracle } from './oracle.ts'
import { type Releases, releasesOf } from './releases.ts'
import type { Simulation } from './simulation.ts'
import type { World } from './world.ts'

/** One partition at the end of a run: what the log says, and what there is. */
export interface Finished {
  readonly sim: Simulation
  readonly partition: number
  readonly oracle: Oracle
  /** Whether a sensor's events belong into it. */
  readonly owns: (sensor: string) => boolean
  /** What each window of a protected stream must have been released with. */
  readonly releases: Releases
  readonly say: (difference: string) => void
}

/** Every difference between a finished run and what follows from its log; few words each. */
export function checksOf(sim: Simulation, world: World, harm: Harm, lost: ReadonlySet<number>): string[] {
  const context = sim.city.contexts[0]!
  const out = [...sim.kafka.violations, ...sim.invariants.violations, ...noticesOf(sim, harm)]
  for (const [partition, log] of sim.kafka.partitions(context.eventsTopic).entries()) {
    const oracle = new Oracle(context, partition).fold(log.records)
    const owns = (sensor: string) => partitionOf(sensor, sim.stream.partitions) === partition
    const say = (difference: string) => out.push(`partition ${partition}: ${difference}`)
    const finished = { sim, partition, oracle, owns, say, releases: releasesOf(sim, oracle) }
    const what = harm.done.get(partition)
    if (lost.has(partition)) {
      if (what === undefined) say('its position is lost although nothing was')
      if (what !== 'cut end') checkWindows(finished, 'those there are')
    } else if (what === 'empty store' || what === 'lost part') checkWindows(finished, 'those there are')
    // A log that was cut and has grown again past where a worker reads cannot be told from a whole one by kafkajs.
    else if (what === 'cut end' && !sim.faults.injected.has('kafka out of range')) continue
    else {
      checkPartials(finished)
      checkWindows(finished, 'all')
      checkReadings(finished)
      checkCounts(finished, what !== 'empty ledger')
      checkAlerts(finished)
      if (what !== 'cut end') checkTruth(finished, world.truth)
    }
  }
  return [...new Set(out)]
}

/** What an operator was told that must not be told, unless something was lost. */
function noticesOf(sim: Simulation, harm: Harm): string[] {
  const wrong = sim.notices.filter(({ message, details }) => {
    const reason = String(details['reason'] ?? '')
    if (message === 'a fault of ours' || message === 'day keys not destroyed') return true
    if (message === 'service ends' || message.includes('stop'))
      return !/\b(kafka|store) .*: (refused|lost|partial|late|hangs|ok)/.test(reason)
    return harm.done.size === 0 && ['RELEASE_CONFLICT', 'KEY_LOST', 'partition paused'].includes(message)
  })
  return wrong.map(({ worker, message, details }) => `${worker}: ${message} ${JSON.stringify(details)}`)
}

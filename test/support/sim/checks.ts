import { partitionOf } from '@commonstream/runtime'
import { checkAlerts } from './check-alerts.ts'
import { checkCounts } from './check-counts.ts'
import { checkPartials } from './check-partials.ts'
import { checkReadings } from './check-readings.ts'
import { checkTruth } from './check-truth.ts'
import { checkWindows } from './check-windows.ts'
import { Oracle } from './oracle.ts'
import { type Releases, releasesOf } from './releases.ts'
import type { Simulation } from './simulation.ts'
import type { Disaster } from './scenario.ts'
import type { Truth } from './truth.ts'

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

/** What a run went through, as far as the checks must know. */
export interface Course {
  /** What the sensors know; null where the log was made without any. */
  readonly truth: Truth | null
  /** By partition, what was lost of it for good. */
  readonly harmed: ReadonlyMap<number, Disaster>
  /** Partitions whose workers say that their position is lost. */
  readonly lost: ReadonlySet<number>
}

/** Every difference between a finished run and what follows from its log; few words each. */
export function checksOf(sim: Simulation, { truth, harmed, lost }: Course): string[] {
  const context = sim.city.contexts[0]!
  const out = [...sim.kafka.violations, ...sim.invariants.violations, ...noticesOf(sim, harmed.size > 0)]
  for (const [partition, log] of sim.kafka.partitions(context.eventsTopic).entries()) {
    const oracle = new Oracle(context, partition).fold(log.records)
    const owns = (sensor: string) => partitionOf(sensor, sim.stream.partitions) === partition
    const say = (difference: string) => out.push(`partition ${partition}: ${difference}`)
    const finished = { sim, partition, oracle, owns, say, releases: releasesOf(sim, oracle) }
    const what = harmed.get(partition)
    if (lost.has(partition)) {
      if (what === undefined) say('its position is lost although nothing was')
      if (what !== 'cut end') checkWindows(finished, 'those there are')
    } else if (what === 'empty store' || what === 'lost part') checkWindows(finished, 'those there are')
    else {
      checkPartials(finished)
      checkWindows(finished, 'all')
      checkReadings(finished)
      checkCounts(finished, what !== 'empty ledger')
      checkAlerts(finished, what === 'cut end')
      if (truth !== null && what !== 'cut end') checkTruth(finished, truth)
    }
  }
  return [...new Set(out)]
}

/** What an operator was told that must not be told, unless something was lost. */
function noticesOf(sim: Simulation, wasHarmed: boolean): string[] {
  const wrong = sim.notices.filter(({ message, details }) => {
    const reason = (details['reason'] as string | undefined) ?? ''
    if (message === 'a fault of ours' || message === 'day keys not destroyed') return true
    if (message === 'service ends' || message.includes('stop'))
      return !/\b(kafka|store) .*: (refused|lost|partial|late|hangs|ok)/.test(reason)
    return !wasHarmed && ['RELEASE_CONFLICT', 'KEY_LOST', 'partition paused'].includes(message)
  })
  return wrong.map(({ worker, message, details }) => `${worker}: ${message} ${JSON.stringify(details)}`)
}

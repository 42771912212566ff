import type { SimulationProgress } from '../simulate/load.ts'
import type { SimulationOutcome } from '../simulate/run-simulation.ts'
import { grouped } from './progress-lines.ts'

/** How far a simulation is, in one line. */
export function simulationLine({ sent, acknowledged, resent, connections, connected, seconds, behind, fault }: SimulationProgress): string {
  const parts = [
    `${Math.round(seconds)} s`,
    `${grouped(sent)} sent, ${grouped(acknowledged)} acknowledged (${grouped(Math.round(acknowledged / seconds))}/s)`,
    `${connected} of ${connections} connections${fault === null ? '' : ` (${fault})`}`,
  ]
  if (resent > 0) parts.push(`${grouped(resent)} sent again`)
  if (behind >= 1) parts.push(`${Math.round(behind)} s behind`)
  return parts.join(' · ')
}

/** What became of a simulation. */
export function simulationSummary(outcome: SimulationOutcome): string {
  const ending = outcome.complete ? 'Every message is acknowledged' : 'Not every message is acknowledged'
  return `${simulationLine(outcome)}\n${ending}; from sending to acknowledgement ${ms(outcome.latency.p50)} (median), ${ms(outcome.latency.p99)} (99 %).`
}

function ms(value: number | null): string {
  return value === null ? 'unknown' : `${value.toFixed(1)} ms`
}

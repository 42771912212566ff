import type { StatusAnswer } from '../answers/answers.ts'
import type { Held } from '../ask/held.ts'

/**
 * The city's time now: the clock that the service told at `taken` (this machine's epoch ms), carried on at its speed to
 * `machine`.
 */
export function cityTime(clock: StatusAnswer['clock'], taken: number, machine: number): number {
  return clock.now + Math.max(0, machine - taken) * clock.speed
}

/**
 * The city's time from what is held of the status: its clock carried on; this machine's if the service never told one;
 * null while the first answer is still awaited.
 */
export function timeOf(status: Held<StatusAnswer>, machine: number): number | null {
  if (status.value !== null) return cityTime(status.value.clock, status.taken ?? machine, machine)
  return status.fault === null ? null : machine
}

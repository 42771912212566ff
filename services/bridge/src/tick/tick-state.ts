import type { Moment } from '../moments.ts'

/** What a bridge's ticks depend on at one moment. */
export interface TickView {
  readonly now: Moment
  /** Whether sensors can reach the bridge. */
  readonly listening: boolean
  /** When the oldest message arrived that Kafka has not acknowledged; null when everything is safe. */
  readonly oldest: Moment | null
  /** The longest wait (ms) for an acknowledgement since the last view. */
  readonly longestWait: number
}

/** What is remembered from view to view, in ms of `Moment.steady`. */
export interface TickState {
  /** The last moment that belonged to an interruption; -Infinity before the first. */
  readonly interrupted: number
  /** Since when sensors cannot reach the bridge; null while they can. */
  readonly deafSince: number | null
  /** When the last view was taken. */
  readonly looked: number
}

/**
 * The state of a bridge that begins to listen. One that has listened before comes back from an interruption; at its
 * first start ever no sensor holds anything back for it.
 */
export function beginTicks(now: Moment, firstEver: boolean): TickState {
  const never = Number.NEGATIVE_INFINITY
  // Whoever comes back is away until it can be reached again, however soon after its start that is.
  return firstEver
    ? { interrupted: never, deafSince: null, looked: now.steady }
    : { interrupted: now.steady, deafSince: never, looked: now.steady }
}

/**
 * Looks for an interruption (protocol section 3): for more than `stallMs` the bridge could not be reached, Kafka
 * acknowledged nothing, something that had been read was not taken, or nothing was read because the process itself stood
 * still (a suspended machine, a stopped process): what waits in the sockets then is as old. It lasts as long as it is seen.
 */
export function observe(state: TickState, view: TickView, stallMs: number): TickState {
  const { now, oldest } = view
  // The view in which it is reached again still belongs to it: catchUp starts when it resumes.
  const since = state.deafSince ?? (view.listening ? null : now.steady)
  const deafSince = view.listening ? null : since
  const deaf = since !== null && now.steady - since > stallMs
  const stuck = view.longestWait > stallMs || (oldest !== null && now.steady - oldest.steady > stallMs)
  const stood = now.steady - state.looked > stallMs
  return { interrupted: deaf || stuck || stood ? now.steady : state.interrupted, deafSince, looked: now.steady }
}

/**
 * The instant (epoch ms on the city's clock) up to which everything that was received is acknowledged; null while no
 * tick may be sent: nobody can reach the bridge, `catchUpMs` since the last interruption are not over, or what arrived
 * within them is not acknowledged yet.
 */
export function asOf(state: TickState, view: TickView, catchUpMs: number): number | null {
  const { now, oldest } = view
  const caughtUp = state.interrupted + catchUpMs
  if (!view.listening || now.steady < caughtUp || (oldest !== null && oldest.steady <= caughtUp)) return null
  return oldest === null ? now.city : Math.min(now.city, oldest.city - 1)
}

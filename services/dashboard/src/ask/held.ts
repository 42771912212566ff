/** What went wrong with a question. `network`: no answer at all; `shape`: an answer that this page does not understand. */
export interface Fault {
  readonly sort: 'network' | 'status' | 'shape'
  /** The HTTP status, where there was an answer. */
  readonly status: number | null
  /** The service's words (problem details), or the browser's. */
  readonly reason: string
  /** How long the service asks us to wait. */
  readonly waitMs: number | null
}

export type Outcome<T> =
  | { readonly kind: 'fresh'; readonly value: T; readonly etag: string | null }
  | { readonly kind: 'same' }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** The last good answer to a question, and the fault since, if any. Instants are this machine's (epoch ms). */
export interface Held<T> {
  readonly value: T | null
  readonly etag: string | null
  /** When the value was given. */
  readonly taken: number | null
  /** When it was last given or confirmed as unchanged. */
  readonly confirmed: number | null
  readonly fault: Fault | null
  /** When the present row of faults began. */
  readonly faultSince: number | null
}

export const NOTHING: Held<never> = { value: null, etag: null, taken: null, confirmed: null, fault: null, faultSince: null }

/** The last values stay when a fault comes: a new state of what is held after an outcome at `now`. */
export function take<T>(held: Held<T>, outcome: Outcome<T>, now: number): Held<T> {
  if (outcome.kind === 'fault') return { ...held, fault: outcome.fault, faultSince: held.faultSince ?? now }
  if (outcome.kind === 'same') return { ...held, confirmed: now, fault: null, faultSince: null }
  return { value: outcome.value, etag: outcome.etag, taken: now, confirmed: now, fault: null, faultSince: null }
}

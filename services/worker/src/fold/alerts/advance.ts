import type { AlertState } from './types.ts'

/** An alert that has been announced this often … */
export const FLAP_TRANSITIONS = 6
/** … within this time is flapping when it fires again (for windows: within FLAP_WINDOWS of them, if that is longer). */
export const FLAP_MS = 3_600_000
export const FLAP_WINDOWS = 12

export interface Judgement {
  readonly at: number
  /** `when`, and `clear`; where both hold, `when` counts. */
  readonly holds: boolean
  readonly clears: boolean
  /** The event or window that is judged. */
  readonly place: string
  readonly forMs: number
  readonly flapMs: number
}

export interface Step {
  /** What is to be remembered; `inactive` with nothing recent means nothing. */
  readonly state: AlertState
  readonly announce: 'firing' | 'resolved' | null
}

/**
 * One judgement of one rule and subject (protocol section 12):
 * inactive → pending (`when` holds, not yet for `for`) → firing → clearing (`when` no longer holds) → resolved, which is
 * inactive again. Between `when` and `clear` nothing is announced, so a value that swings there is silent. A flapping
 * alert fires once more, as one notice, and is resolved only after `clear` has held for `flapMs` without a break.
 */
export function advance(s: AlertState, j: Judgement): Step {
  switch (s.phase) {
    case 'inactive':
      if (!j.holds) return quiet({ ...s, recent: lately(s, j) })
      return j.forMs > 0 ? quiet({ ...s, phase: 'pending', since: j.at, opening: j.place }) : fire({ ...s, opening: j.place }, j)
    case 'pending':
      if (!j.holds) return quiet({ ...s, phase: 'inactive', since: null, opening: '', recent: lately(s, j) })
      return j.at - (s.since as number) >= j.forMs ? fire(s, j) : quiet(s)
    case 'firing':
      if (!j.holds) return clearing({ ...s, phase: 'clearing', since: null }, j)
      return quiet(s.flapping && j.at - (s.since as number) >= j.flapMs ? { ...s, flapping: false, recent: lately(s, j) } : s)
    case 'clearing':
      return j.holds ? quiet({ ...s, phase: 'firing', since: j.at }) : clearing(s, j)
  }
}

function clearing(s: AlertState, j: Judgement): Step {
  if (!j.clears) return quiet(s.since === null ? s : { ...s, since: null })
  const since = s.since ?? j.at
  if (s.flapping && j.at - since < j.flapMs) return quiet({ ...s, since })
  const recent = s.flapping ? [] : [...lately(s, j), j.at]
  return { state: { ...s, phase: 'inactive', since: null, opening: '', recent, flapping: false }, announce: 'resolved' }
}

function fire(s: AlertState, j: Judgement): Step {
  const recent = lately(s, j)
  const flapping = recent.length >= FLAP_TRANSITIONS
  return { state: { ...s, phase: 'firing', since: j.at, recent: [...recent, j.at], flapping }, announce: 'firing' }
}

function lately(s: AlertState, j: Judgement): readonly number[] {
  return s.recent.length === 0 || (s.recent[0] as number) > j.at - j.flapMs ? s.recent : s.recent.filter((at) => at > j.at - j.flapMs)
}

function quiet(state: AlertState): Step {
  return { state, announce: null }
}

import type { HorizonLimits } from './horizon.ts'

/**
 * The lengths that the protocol names. They are the law's in every service; a simulation, which has to see a thousand
 * chunks and a day's silence in a moment, folds with smaller ones.
 */
export interface Scale {
  /** A chunk ends at multiples of this many offsets at the latest (section 4). */
  readonly chunkOffsets: number
  /** … and where the append time enters another of these (ms). */
  readonly hourMs: number
  /** How far back repetitions are recognised (section 6). */
  readonly horizon: HorizonLimits
  readonly protectedHorizon: HorizonLimits
  /** A bridge that is silent for longer than this while others tick is forgotten (ms of ticks' append time; section 3). */
  readonly forgetMs: number
  /** The most that one interval between ticks counts as silence: an outage of all bridges makes none forgotten. */
  readonly silenceStepMs: number
  /** A watermark that jumps by more than this closes the gap as one range without data (section 7). */
  readonly gapMs: number
  /** How far two machines' clocks may differ where a document's `from` is judged (section 2). */
  readonly skewMs: number
}

const HOUR_MS = 3_600_000

export const LAW: Scale = {
  chunkOffsets: 65_536,
  hourMs: HOUR_MS,
  horizon: { offsets: 262_144, ageMs: 24 * HOUR_MS },
  protectedHorizon: { offsets: null, ageMs: 6 * HOUR_MS },
  forgetMs: 10 * 60_000,
  silenceStepMs: 20_000,
  gapMs: 48 * HOUR_MS,
  skewMs: 5_000,
}

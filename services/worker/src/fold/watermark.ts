import { LAW, type Scale } from './scale.ts'

/** What the watermark is computed from; written to the ledger and read back at resume. Instants in epoch ms. */
export interface WatermarkState {
  /** The greatest append time of any record so far. */
  appended: number
  /** The append time, greatest so far, of the last tick. */
  tick: number | null
  silent: Record<string, number>
  asOf: Record<string, number>
  /** Before lateness, which is a window's own; null until the first tick. */
  watermark: number | null
}

/** How far time is, in one partition (protocol section 3). Only ticks move it, and never back. */
export class Watermark {
  readonly #scale: Pick<Scale, 'forgetMs' | 'silenceStepMs'>
  #state: WatermarkState = { appended: 0, tick: null, silent: {}, asOf: {}, watermark: null }

  constructor(scale: Pick<Scale, 'forgetMs' | 'silenceStepMs'> = LAW) {
    this.#scale = scale
  }

  get value(): number | null {
    return this.#state.watermark
  }

  /** The append time of the record at hand: the greatest so far, since a new leader's clock may step back. */
  append(appended: number): number {
    if (appended > this.#state.appended) this.#state.appended = appended
    return this.#state.appended
  }

  get appended(): number {
    return this.#state.appended
  }

  /** How many bridges are heard. */
  get bridges(): number {
    return Object.keys(this.#state.asOf).length
  }

  /** Takes a tick in; returns how far the watermark was and is (null: not yet known). */
  tick(bridge: string, asOf: number, appended: number): { before: number | null; now: number } {
    const s = this.#state
    const at = Math.max(appended, s.tick ?? appended)
    const gap = s.tick === null ? 0 : Math.min(at - s.tick, this.#scale.silenceStepMs)
    for (const other of Object.keys(s.silent)) s.silent[other] = (s.silent[other] as number) + gap
    s.tick = at
    s.silent[bridge] = 0
    s.asOf[bridge] = Math.min(asOf, at)
    for (const other of Object.keys(s.silent)) {
      if ((s.silent[other] as number) <= this.#scale.forgetMs) continue
      delete s.silent[other]
      delete s.asOf[other]
    }
    const before = s.watermark
    const least = Math.min(...Object.values(s.asOf))
    s.watermark = before === null ? least : Math.max(before, least)
    return { before, now: s.watermark }
  }

  /** A copy of the state with sorted bridges: equal logs give equal text. */
  save(): WatermarkState {
    const { appended, tick, silent, asOf, watermark } = this.#state
    return { appended, tick, silent: sorted(silent), asOf: sorted(asOf), watermark }
  }

  load(state: WatermarkState): void {
    this.#state = { ...state, silent: { ...state.silent }, asOf: { ...state.asOf } }
  }
}

function sorted(record: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

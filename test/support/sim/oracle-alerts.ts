/** What a rule says of one reading or window: whether it holds, whether it is clear, and when that was. */
export interface Judgement {
  readonly at: number
  readonly holds: boolean
  readonly clears: boolean
}

export interface OracleTransition {
  readonly rule: string
  readonly subject: string
  readonly transition: 'firing' | 'resolved'
  readonly at: number
}

const FLAP_MS = 3_600_000
const FLAPS = 6

/** One rule and subject (protocol section 12), a second time: what is announced, and when. */
export class OracleAlert {
  readonly #rule: string
  readonly #subject: string
  readonly #forMs: number
  /** Since when it has held without being announced; null: it does not. */
  #pending: number | null = null
  #open = false
  /** While open and not holding: since when it has been clear without a break. */
  #calm: number | null = null
  #flapping = false
  #since = 0
  #recent: number[] = []

  constructor(rule: string, subject: string, forMs: number) {
    this.#rule = rule
    this.#subject = subject
    this.#forMs = forMs
  }

  judge({ at, holds, clears }: Judgement): OracleTransition | null {
    if (!this.#open) {
      if (!holds) {
        this.#pending = null
        return null
      }
      this.#pending ??= at
      if (at - this.#pending < this.#forMs) return null
      return this.#fire(at)
    }
    if (holds) {
      if (this.#calm !== null || this.#wasAway) this.#since = at
      else if (this.#flapping && at - this.#since >= FLAP_MS) this.#flapping = false
      this.#calm = null
      this.#wasAway = false
      return null
    }
    this.#wasAway = true
    if (!clears) {
      this.#calm = null
      return null
    }
    this.#calm ??= at
    if (this.#flapping && at - this.#calm < FLAP_MS) return null
    return this.#resolve(at)
  }

  #wasAway = false

  #fire(at: number): OracleTransition {
    this.#recent = this.#recent.filter((t) => t > at - FLAP_MS)
    this.#flapping = this.#recent.length >= FLAPS
    this.#recent.push(at)
    this.#open = true
    this.#pending = this.#calm = null
    this.#wasAway = false
    this.#since = at
    return { rule: this.#rule, subject: this.#subject, transition: 'firing', at }
  }

  #resolve(at: number): OracleTransition {
    this.#recent = this.#flapping ? [] : [...this.#recent.filter((t) => t > at - FLAP_MS), at]
    this.#open = this.#flapping = this.#wasAway = false
    this.#calm = null
    return { rule: this.#rule, subject: this.#subject, transition: 'resolved', at }
  }
}

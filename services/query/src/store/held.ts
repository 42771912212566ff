/** Keeps answers for a moment: what is asked again within it is not asked of the store. */
export class Held {
  readonly #answers = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>()
  readonly #holdMs: number
  readonly #now: () => number

  /** @param holdMs 0: nothing is kept; @param now a clock that only goes forward, ms */
  constructor(holdMs: number, now: () => number = () => performance.now()) {
    this.#holdMs = holdMs
    this.#now = now
  }

  /** The answer of `ask` for `key`, asked at most `holdMs` ago. A failure is not kept. */
  get<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const before = this.#answers.get(key)
    if (before !== undefined && this.#now() < before.until) return before.answer as Promise<T>
    const entry = { until: this.#now() + this.#holdMs, answer: ask() }
    this.#answers.set(key, entry)
    entry.answer.catch(() => {
      if (this.#answers.get(key) === entry) this.#answers.delete(key)
    })
    return entry.answer
  }
}

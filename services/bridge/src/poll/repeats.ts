/** Readings remembered of one answer; a payload holds no more. */
const MOST = 20_000

/**
 * What the last answer of a feed held. A feed shows a state: what it showed the last time already is no news, whether it
 * became an event or was refused, and must neither fill the log nor the quarantine at every poll.
 */
export class Repeats {
  readonly #before: ReadonlySet<string>
  readonly #now = new Set<string>()

  constructor(before: Iterable<string> = []) {
    this.#before = new Set(before)
  }

  /** Notes what an answer holds by its digest; whether it is news. */
  isNews(digest: string): boolean {
    if (this.#now.has(digest)) return false
    if (this.#now.size < MOST) this.#now.add(digest)
    return !this.#before.has(digest)
  }

  /** What the answer held, for the next one. */
  get held(): readonly string[] {
    return [...this.#now]
  }
}

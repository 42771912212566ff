/** Event records that are looked at before the breaker may open. */
const LEAST = 500
/** Share of refused records above which something is wrong with us, not with single events. */
const RATIO = 0.5

/**
 * Opens when too many of a partition's latest records are refused: then a bad deploy or a foreign producer is likelier
 * than that many bad events, and the partition waits for a person instead of emptying itself into quarantine.
 */
export class Breaker {
  #records = 0
  #rejected = 0

  /** Takes in a batch's counts; true once it is open. Older batches weigh half as much with every `LEAST` records. */
  note(records: number, rejected: number): boolean {
    this.#records += records
    this.#rejected += rejected
    const open = this.#records >= LEAST && this.#rejected > this.#records * RATIO
    if (this.#records >= 2 * LEAST) {
      this.#records /= 2
      this.#rejected /= 2
    }
    return open
  }
}

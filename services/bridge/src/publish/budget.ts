/** What a record costs beside its bytes while it waits: its objects, and the room it takes in a batch. */
const RECORD_BYTES = 512

/**
 * The memory that everything unacknowledged may take, all connections together. It bounds the process however long
 * Kafka is away.
 */
export class Budget {
  readonly limit: number
  readonly #onRoom: () => void
  bytes = 0
  #wasFull = false

  /** @param onRoom called when there is room again after it was full */
  constructor(limit: number, onRoom: () => void) {
    this.limit = limit
    this.#onRoom = onRoom
  }

  /** Takes room for a message that became so many records; returns what `release` gives back. */
  take(bytes: number, records: number): number {
    const cost = bytes + RECORD_BYTES * Math.max(1, records)
    this.bytes += cost
    return cost
  }

  release(cost: number): void {
    this.bytes -= cost
    // An eighth of slack keeps connections from stopping and starting at every message.
    if (this.#wasFull && this.bytes <= this.limit * 0.875) {
      this.#wasFull = false
      this.#onRoom()
    }
  }

  get full(): boolean {
    if (this.bytes < this.limit) return false
    this.#wasFull = true
    return true
  }

  /** Beyond half, what may be lost (QoS 0) makes room for what may not. */
  get tight(): boolean {
    return this.bytes >= this.limit / 2
  }
}

import type { Message } from 'kafkajs'
import type { Moment } from '../moments.ts'
import type { Timers } from '../timers.ts'
import { type Append, type Appended, isPassing } from './append.ts'
import type { Receipt } from './receipt.ts'

const BATCH_RECORDS = 500
/** Well below Kafka's limit of 1 MB for a batch. */
const BATCH_BYTES = 512 * 1024
const RECORD_OVERHEAD = 64
const BACK_OFF_MS = { first: 100, most: 1_000 }

/** What a lane tells and asks of those around it. */
export interface LaneHost {
  readonly append: Append
  readonly timers: Timers
  /** The lane has begun a batch and is idle: call `dispatch` within a few ms. */
  wait(lane: Lane): void
  /** `events` leaves ticks out. */
  acknowledged(lane: Lane, appended: Appended, batch: { events: number; oldest: Moment }): void
  /** A try failed and will be repeated in `waitMs`. */
  retrying(lane: Lane, error: unknown, attempt: number, waitMs: number): void
  /** Kafka refuses the batch for good. */
  refused(lane: Lane, error: unknown): void
}

class Batch {
  readonly records: Message[] = []
  readonly receipts: Receipt[] = []
  /** The earliest arrival; a message that was held back may be older than those before it. */
  oldest: Moment
  bytes = 0
  events = 0

  constructor(oldest: Moment) {
    this.oldest = oldest
  }

  get full(): boolean {
    return this.records.length >= BATCH_RECORDS || this.bytes >= BATCH_BYTES
  }
}

/**
 * The way into one partition. Records go out in the order they came in, in batches, one at a time: a retry can
 * therefore neither overtake nor reorder. A receipt is settled only after Kafka's acknowledgement.
 */
export class Lane {
  readonly topic: string
  readonly partition: number
  readonly #host: LaneHost
  readonly #queue: Batch[] = []
  #sending = false
  #abandoned = false

  constructor(topic: string, partition: number, host: LaneHost) {
    this.topic = topic
    this.partition = partition
    this.#host = host
  }

  add(record: Message, bytes: number, receipt: Receipt, received: Moment): void {
    let batch = this.#queue.at(-1)
    if (batch === undefined || batch.full || (this.#sending && this.#queue.length === 1)) {
      batch = new Batch(received)
      this.#queue.push(batch)
      if (!this.#sending && this.#queue.length === 1) this.#host.wait(this)
    }
    batch.records.push(record)
    batch.receipts.push(receipt)
    if (record.value !== null) batch.events++
    if (received.steady < batch.oldest.steady) batch.oldest = received
    batch.bytes += bytes + RECORD_OVERHEAD
    receipt.pending++
    if (!this.#sending && batch.full) this.dispatch()
  }

  /** Sends what is there, unless a batch is on its way already. */
  dispatch(): void {
    if (!this.#sending && this.#queue.length > 0) void this.#drain()
  }

  /** When the oldest record arrived that Kafka has not acknowledged; null when there is none. */
  get oldest(): Moment | null {
    let oldest = this.#queue[0]?.oldest ?? null
    for (const batch of this.#queue) if (oldest !== null && batch.oldest.steady < oldest.steady) oldest = batch.oldest
    return oldest
  }

  /** Gives up what is not acknowledged; its receipts are never settled. */
  abandon(): void {
    this.#abandoned = true
    this.#queue.length = 0
  }

  /** Ends when nothing is left but a batch too young and too small, for which it waits once more. */
  async #drain(): Promise<void> {
    this.#sending = true
    for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
      const appended = await this.#deliver(batch)
      if (appended === null) break
      this.#queue.shift()
      this.#host.acknowledged(this, appended, batch)
      for (const receipt of batch.receipts) if (--receipt.pending === 0) receipt.settle()
      const next = this.#queue[0]
      if (next !== undefined && !next.full) {
        this.#host.wait(this)
        break
      }
    }
    this.#sending = false
  }

  /** Tries until Kafka has it; null when the lane was given up meanwhile or Kafka refuses for good. */
  async #deliver(batch: Batch): Promise<Appended | null> {
    for (let attempt = 1; !this.#abandoned; attempt++) {
      try {
        const appended = await this.#host.append(this.topic, this.partition, batch.records)
        return this.#abandoned ? null : appended
      } catch (error) {
        if (this.#abandoned) return null
        if (!isPassing(error)) {
          this.#host.refused(this, error)
          return null
        }
        const wait = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** Math.min(attempt - 1, 10))
        this.#host.retrying(this, error, attempt, wait)
        await this.#host.timers.sleep(wait)
      }
    }
    return null
  }
}

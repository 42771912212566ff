import type { Certified, PartitionSink } from '../flush/partition-sink.ts'
import type { PartitionFold } from '../fold/partition-fold.ts'
import { kindOf, tickOf } from '../fold/record.ts'
import type { LogBatch } from '../ports/log-port.ts'
import { Breaker } from './breaker.ts'
import { daysBetween, type Keyring } from './keyring.ts'

export type PartitionState = 'resuming' | 'warming' | 'folding' | 'lost' | 'paused'

/** What a partition says of itself in `/health/ready`. */
export interface PartitionReport {
  readonly partition: number
  readonly state: PartitionState
  readonly reason: string | null
  readonly next: number
  readonly end: number
  readonly watermark: number | null
  /** What the ledger certifies; null until its state is read back. */
  readonly certified: Readonly<Certified> | null
}

/** Why a partition stands still until somebody looks after it, or (`astray`) must be read back anew. */
export interface Halt {
  readonly state: 'lost' | 'paused' | 'astray'
  readonly reason: string
}

/** Everything that a resumed partition folds with. */
export interface Resumed {
  readonly fold: PartitionFold
  readonly sink: PartitionSink
  readonly keyring: Keyring | null
  /** First offset that is folded; records before it only warm the horizon. */
  readonly from: number
  readonly warmFrom: number
  /** Id of the record before `from`, which the log must still have; null at the log's start. */
  readonly expectedId: string | null
}

/** One partition in this worker: warms its horizon, then folds what comes. */
export class Partition {
  readonly partition: number
  state: PartitionState = 'resuming'
  reason: string | null = null
  resumed: Resumed | null = null
  /** The next offset that is wanted. */
  next = -1
  /** Where Kafka reads on as far as is known: what comes from before it was not asked for. */
  #sought = -1
  end = -1
  #certified: Certified | null = null
  /** The fence's epoch at the last join that kept or brought this partition. */
  epoch = -1

  readonly #breaker = new Breaker()

  constructor(partition: number) {
    this.partition = partition
  }

  begin(resumed: Resumed): void {
    this.resumed = resumed
    // Here it begins; rows of an open chunk that a former worker left are certified again.
    const { certified } = resumed.sink
    Object.assign(certified, { offset: resumed.from - 1, appended: resumed.fold.watermark.appended })
    this.#certified = certified
    this.next = resumed.warmFrom
    this.#sought = resumed.warmFrom
    this.state = resumed.warmFrom < resumed.from ? 'warming' : 'folding'
    this.reason = null
  }

  stop(state: 'lost' | 'paused', reason: string): void {
    this.state = state
    this.reason = reason
  }

  /** Kafka goes on behind what was taken. */
  resolved(): void {
    this.#sought = this.next
  }

  /** The group was joined anew, and the partition is kept: it is read on from `next`. */
  seekOn(): number {
    this.#sought = this.next
    return this.next
  }

  get takes(): boolean {
    return this.state === 'warming' || this.state === 'folding'
  }

  /** Loads the day keys that a batch may need: the fold itself does no I/O. */
  async prepare(batch: LogBatch): Promise<void> {
    const { keyring, fold } = this.resumed as Resumed
    if (keyring === null) return
    let latest = Number.NEGATIVE_INFINITY
    let earliest = Number.POSITIVE_INFINITY
    for (let i = 0; i < batch.length; i++) {
      const record = batch.at(i)
      const tick = kindOf(record) === 'tick' ? tickOf(record) : null
      if (tick === null) continue
      latest = Math.max(latest, tick.asOf)
      earliest = Math.min(earliest, tick.asOf)
    }
    if (latest < 0) return
    const days = daysBetween(fold.frontier ?? earliest, latest)
    if (!keyring.has(days)) await keyring.load(days)
  }

  /** Takes a batch's records in, in order. Returns why it must stand still from now on, or null. */
  take(batch: LogBatch): Halt | null {
    const { fold, from } = this.resumed as Resumed
    const { events, rejected } = fold
    for (let i = 0; i < batch.length; i++) {
      const record = batch.at(i)
      const astray = this.#astray(record.offset)
      if (astray !== null) return astray
      if (record.offset < this.next) continue // fetched twice around a seek
      if (record.offset < from) fold.warm(record)
      else {
        if (this.state === 'warming') {
          const lost = this.#warmed()
          if (lost !== null) return { state: 'lost', reason: lost }
        }
        fold.step(record)
      }
      this.next = record.offset + 1
      if (fold.foreignAlgorithm === null) continue
      return { state: 'paused', reason: `its fold document asks for algorithm ${fold.foreignAlgorithm}, which this worker does not know` }
    }
    if (!this.#breaker.note(fold.events - events, fold.rejected - rejected)) return null
    return { state: 'paused', reason: 'more than half of its latest records were refused: see GET /v1/quarantine, then restart' }
  }

  /**
   * A position that is out of the log's range (its head was cut off, or its end) is silently "repaired" by kafkajs: it
   * reads on from wherever the log begins now. Offsets of an events topic follow each other, so that shows.
   */
  #astray(offset: number): Halt | null {
    if (offset > this.next) return { state: 'astray', reason: `the log went on at ${offset}, ${this.next} was next` }
    if (offset < this.#sought) return { state: 'astray', reason: `the log began again at ${offset}, ${this.next} was next` }
    return null
  }

  /** The horizon is warm: the last record before the resume point must be the one that the ledger certifies. */
  #warmed(): string | null {
    const { fold, from, expectedId } = this.resumed as Resumed
    if (expectedId !== null && fold.warmedId !== expectedId)
      return `the record before ${from} is not the one that the ledger certifies: the topic was created anew`
    this.state = 'folding'
    return null
  }

  /** Open windows by sensor, the chunk's parts and its accounts: what takes memory. */
  get rows(): number {
    const fold = this.resumed?.fold
    return fold === undefined ? 0 : fold.windows.held + fold.accounts.size
  }

  report(): PartitionReport {
    const watermark = this.resumed?.fold.watermark.value ?? null
    return {
      partition: this.partition,
      state: this.state,
      reason: this.reason,
      next: this.next,
      end: this.end,
      watermark,
      certified: this.#certified,
    }
  }
}

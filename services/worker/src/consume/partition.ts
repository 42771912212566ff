import type { Certified, PartitionSink } from '../flush/partition-sink.ts'
import type { PartitionFold } from '../fold/partition-fold.ts'
import { kindOf, recordId, tickOf } from '../fold/record.ts'
import type { LogRecord } from '../fold/types.ts'
import type { LogBatch } from '../ports/log-port.ts'
import type { Witness } from '../resume/ledger-row.ts'
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
  /** Records at `from` or behind, in order, up to which results may reach: the log must hold each, and is looked at the last of them first. */
  readonly witnesses: readonly Witness[]
  /** As it names itself where it announces what it writes. */
  readonly owner: string
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
  /** What the log must hold before anything is taken; its offset is read first. */
  #witness: Witness | null = null
  /** How many of the resume's witnesses were compared on the way. */
  #heard = 0
  /** Term of the leader that appended what was taken last; undefined: nothing yet, or it is not known. */
  #term: number | undefined
  /** Kafka was sent back to the record before `next`. */
  #looking = false
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
    this.#witness = resumed.witnesses.at(-1) ?? null
    this.#heard = 0
    this.state = resumed.warmFrom < resumed.from ? 'warming' : 'folding'
    this.reason = null
  }

  /** Where Kafka is to read on. */
  get start(): number {
    return this.#witness?.offset ?? this.#sought
  }

  /**
   * Whether the log before a batch must be looked at first: at resume, whether it still holds what is in the results; and
   * under a new leader, which may lack the end of what its predecessor had and have written other records in its place.
   * Then Kafka is to read on at `start`, and the batch is not taken.
   */
  looksBack(batch: LogBatch): Halt | boolean {
    const first = batch.at(0)
    if (this.#witness !== null) return this.#testify(first, this.#witness)
    const isKnown = this.#term === undefined || first.term === this.#term
    if (isKnown || first.offset !== this.next || this.next === (this.resumed as Resumed).warmFrom) return false
    if (this.#looking) return { state: 'astray', reason: `the log has no record at ${this.#sought} any more` }
    this.#sought = this.next - 1
    this.#looking = true
    return true
  }

  #testify(record: LogRecord, witness: Witness): Halt | true {
    const { offset } = witness
    if (record.offset !== offset) return { state: 'astray', reason: `the log went on at ${record.offset}, ${offset} was asked for` }
    this.#witness = null
    return unlike(record, witness) ?? true
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
    this.#looking = false
    return this.start
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
      const astray = this.#astray(record)
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
      this.#term = record.term
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
  #astray(record: LogRecord): Halt | null {
    const { offset } = record
    if (offset > this.next) return { state: 'astray', reason: `the log went on at ${offset}, ${this.next} was next` }
    if (offset < this.#sought) return { state: 'astray', reason: `the log began again at ${offset}, ${this.next} was next` }
    const { fold, warmFrom } = this.resumed as Resumed
    if (offset === this.next - 1 && this.next > warmFrom) {
      if (recordId(record) !== fold.lastId) return { state: 'astray', reason: `the record at ${offset} is another than was taken` }
      this.#term = record.term
      this.#looking = false
    }
    return this.#compare(record)
  }

  /** Holds a record against the witnesses of its offset. */
  #compare(record: LogRecord): Halt | null {
    const { witnesses } = this.resumed as Resumed
    for (let w = witnesses[this.#heard]; w !== undefined && w.offset <= record.offset; w = witnesses[++this.#heard]) {
      const halt = w.offset === record.offset ? unlike(record, w) : null
      if (halt !== null) return halt
    }
    return null
  }

  /** The horizon is warm: the last record before the resume point must be the one that the ledger certifies. */
  #warmed(): string | null {
    const { fold, from, expectedId } = this.resumed as Resumed
    if (expectedId !== null && fold.lastId !== expectedId)
      return `the record before ${from} is not the one that the ledger certifies: the topic was created anew`
    this.state = 'folding'
    return null
  }

  /** Open windows by sensor, the chunk's parts, its accounts, and the points before (four are as much as a row): what takes memory. */
  get rows(): number {
    const fold = this.resumed?.fold
    return fold === undefined ? 0 : fold.windows.held + fold.accounts.size + fold.carries.size / 4
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

function unlike(record: LogRecord, { offset, id }: Witness): Halt | null {
  // Rows of open chunks that an earlier version wrote say no id.
  if (id === '' || recordId(record) === id) return null
  return { state: 'lost', reason: `the record at ${offset} is not the one in the results: the log's end was cut off and written anew` }
}

import type { LogRecord } from '@commonstream/worker/fold/types.ts'
import type { Scheduler } from './scheduler.ts'
import { SimGroup } from './sim-group.ts'
import type { Random } from './random.ts'
import type { SimProcess } from './sim-process.ts'

export interface Entry {
  readonly key: string | Buffer | null
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface StoredRecord extends LogRecord {
  readonly key: string
}

/** One partition: an append-only log whose head may be cut off. */
export class SimPartition {
  low = 0
  readonly records: StoredRecord[] = []

  get end(): number {
    return this.records.length
  }

  slice(from: number, to: number): StoredRecord[] {
    return this.records.slice(from, to)
  }
}

/** Kafka as its clients see it: partitions with append times of the leader's clock, and groups. */
export class SimKafka {
  /** The leader's clock against the true time, ms; another leader's may be behind. */
  clockOffset = 0
  readonly scheduler: Scheduler
  readonly random: Random
  /** What must never happen, and did. */
  readonly violations: string[] = []
  #ids = 0
  #term = 0
  readonly #topics = new Map<string, SimPartition[]>()
  readonly #groups = new Map<string, SimGroup>()

  constructor(scheduler: Scheduler, random: Random) {
    this.scheduler = scheduler
    this.random = random
  }

  create(topic: string, partitions: number): void {
    this.#topics.set(
      topic,
      Array.from({ length: partitions }, () => new SimPartition()),
    )
  }

  partitions(topic: string): readonly SimPartition[] {
    const found = this.#topics.get(topic)
    if (found === undefined) throw new Error(`there is no topic ${topic}`)
    return found
  }

  partition(topic: string, partition: number): SimPartition {
    const found = this.partitions(topic)[partition]
    if (found === undefined) throw new Error(`${topic} has no partition ${partition}`)
    return found
  }

  group(id: string, topic: string): SimGroup {
    let group = this.#groups.get(id)
    if (group === undefined) this.#groups.set(id, (group = new SimGroup(this, id, topic)))
    return group
  }

  /** A process finds its metadata stale and joins its groups anew, from within a fetch, whatever else is in flight. */
  shake(process: SimProcess): void {
    for (const group of this.#groups.values()) group.shake(process)
  }

  nextId(): number {
    return this.#ids++
  }

  /** The log's end is cut off, as after an unclean election; what is appended then takes the same offsets. */
  truncate(topic: string, partition: number, end: number): void {
    const { records } = this.partition(topic, partition)
    records.length = Math.min(records.length, end)
    this.#term++
  }

  /** Another leader, with a clock of its own; it has everything. */
  elect(clockOffset: number): void {
    this.clockOffset = clockOffset
    this.#term++
  }

  get appendTime(): number {
    return this.scheduler.now + this.clockOffset
  }

  /** Appends in one go; returns the first offset. */
  append(topic: string, partition: number, entries: readonly Entry[]): number {
    const { records } = this.partition(topic, partition)
    const base = records.length
    for (const { key, value, headers } of entries) {
      const own = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, Buffer.from(text)]))
      const place = { offset: records.length, appended: this.appendTime, term: this.#term }
      records.push({ ...place, key: key === null ? '' : String(key), value, headers: own })
    }
    for (const group of this.#groups.values()) if (group.topic === topic) group.wake()
    return base
  }
}

import type { GroupOptions, GroupSession, LogBatch } from '@commonstream/worker/ports/log-port.ts'
import { type Faults, request } from './faults.ts'
import type { SimGroup } from './sim-group.ts'
import type { SimPartition, StoredRecord } from './sim-kafka.ts'
import type { SimProcess } from './sim-process.ts'

/** Where a member reads a partition. */
interface Position {
  next: number
  /** Counts up with every seek and join: what was fetched before is stale. */
  epoch: number
}

const MOST_RECORDS = 40
const FETCH_MS = 120
const RETRY_MS = 300
const HEARTBEAT_MS = 500

/**
 * A member of a group in the manner of kafkajs: one batch at a time, no revocation, handlers that go on while the group
 * rebalances, and a position out of range "repaired" by committing −2 and beginning anew.
 */
export class SimMember implements GroupSession {
  readonly id: string
  readonly process: SimProcess
  readonly options: GroupOptions
  readonly #group: SimGroup
  readonly #faults: Faults
  #generation = -1
  #joining = false
  #stopped = false
  #assigned = new Set<number>()
  readonly #paused = new Set<number>()
  readonly #positions = new Map<number, Position>()
  #fetching = false
  /** The batch that is being handled. */
  #handled: object | null = null

  constructor(group: SimGroup, process: SimProcess, faults: Faults, options: GroupOptions) {
    this.id = `${process.name}-${String(group.kafka.nextId()).padStart(6, '0')}`
    this.#group = group
    this.process = process
    this.options = options
    this.#faults = faults
    process.onStill(() => {
      group.miss(this)
      process.after(this.#random.int(0, HEARTBEAT_MS), () => this.#missed())
    })
  }

  async start(): Promise<void> {
    this.rejoin()
  }

  stop(): Promise<void> {
    this.#stopped = true
    return request(this.#faults, this.process, 'kafka', 'leave', () => this.#group.remove(this)).catch(() => this.#group.miss(this))
  }

  /** Sends a JoinGroup request: the tick in which the worker is asked what it holds and told that it may not commit. */
  rejoin(): void {
    if (this.#joining || this.#stopped) return
    this.#joining = true
    this.options.sticky?.onJoining()
    const held = this.options.sticky?.held() ?? []
    this.process.scheduler.after(this.#random.int(1, 40), () => this.#group.join(this, held), true)
  }

  /** The SyncGroup answer is on its way: the generation is the member's before it hears of its partitions (in kafkajs by a microtask). */
  synced(generation: number, partitions: readonly number[]): void {
    this.process.after(this.#random.int(1, 60), () => {
      this.#joining = false
      this.#generation = generation
      const hole = this.#random.chance(0.3) ? this.#random.int(0, 800) : 0
      this.process.after(hole, () => this.#joined(generation, partitions))
    })
  }

  #joined(generation: number, partitions: readonly number[]): void {
    if (this.#stopped) return
    if (generation !== this.#group.generation || !this.#group.knows(this)) return this.rejoin()
    if (this.#joining) return
    this.#assigned = new Set(partitions)
    this.#handled = null // a handler that is still at it goes on beside the next
    for (const partition of partitions) {
      const committed = this.#group.committed.get(partition) ?? -1
      this.#sendTo(partition, committed >= 0 ? committed : this.#log(partition).low)
    }
    this.options.onJoined(partitions)
    this.pump()
    // Another rebalance may have begun meanwhile: the next heartbeat says so.
    this.process.after(this.#random.int(0, HEARTBEAT_MS), () => {
      if (this.#group.rebalancing) this.rejoin()
    })
  }

  pause(partitions: readonly number[]): void {
    for (const partition of partitions) this.#paused.add(partition)
  }

  resume(partitions: readonly number[]): void {
    for (const partition of partitions) this.#paused.delete(partition)
    this.pump()
  }

  seek(partition: number, offset: number): void {
    this.#sendTo(partition, offset)
    this.pump()
  }

  commit(partition: number, offset: number): Promise<void> {
    const generation = this.#generation
    return request(this.#faults, this.process, 'kafka', 'commit', () => this.#group.commit(this, generation, partition, offset))
  }

  /** Looks for something to fetch, unless it is at it already. */
  pump(): void {
    if (this.#fetching || this.#handled !== null || this.#stopped || this.#readable().length === 0) return
    this.#fetching = true
    this.process.after(this.#random.int(1, FETCH_MS), () => {
      this.#fetching = false
      this.#missed()
      const readable = this.#readable()
      if (readable.length > 0 && !this.#stopped && this.#handled === null) this.#fetch(this.#random.pick(readable))
    })
  }

  get #random() {
    return this.#group.kafka.random
  }

  #log(partition: number): SimPartition {
    return this.#group.kafka.partition(this.#group.topic, partition)
  }

  /** A stopped process that goes on hears only now that it was missed. */
  #missed(): void {
    if (this.#generation >= 0 && !this.#group.knows(this)) this.rejoin()
  }

  #sendTo(partition: number, next: number): void {
    this.#positions.set(partition, { next, epoch: (this.#positions.get(partition)?.epoch ?? 0) + 1 })
  }

  #readable(): number[] {
    return [...this.#assigned].filter((partition) => {
      const position = this.#positions.get(partition)
      if (position === undefined || this.#paused.has(partition)) return false
      const { low, end } = this.#log(partition)
      return position.next < end || position.next < low || position.next > end
    })
  }

  #fetch(partition: number): void {
    const position = this.#positions.get(partition) as Position
    const log = this.#log(partition)
    if (position.next < log.low || position.next > log.end) return this.#repair(partition, log)
    const records = log.slice(position.next, Math.min(log.end, position.next + this.#random.int(1, MOST_RECORDS)))
    const batch = this.#batch(partition, position, records, log.end)
    this.#handled = batch
    this.options.onBatch(batch).then(
      () => this.#next(batch, 0),
      (error: unknown) => this.#next(batch, error instanceof Rebalancing ? 0 : RETRY_MS),
    )
  }

  #next(batch: object, waitMs: number): void {
    this.process.after(waitMs, () => {
      if (this.#handled !== batch) return
      this.#handled = null
      this.pump()
    })
  }

  /** What kafkajs does with OFFSET_OUT_OF_RANGE under `fromBeginning`. */
  #repair(partition: number, log: SimPartition): void {
    this.#faults.count('kafka out of range')
    if (this.#group.knows(this) && this.#generation === this.#group.generation) this.#group.committed.set(partition, -2)
    this.#sendTo(partition, log.low)
    this.pump()
  }

  #batch(partition: number, position: Position, records: readonly StoredRecord[], end: number): LogBatch {
    const { epoch } = position
    const isStale = () => this.#positions.get(partition)?.epoch !== epoch || !this.#assigned.has(partition)
    return {
      partition,
      length: records.length,
      at: (index) => records[index] as StoredRecord,
      end,
      isStale,
      done: () => {
        if (!isStale()) position.next = (records.at(-1) as StoredRecord).offset + 1
      },
      heartbeat: () => this.#heartbeat(),
    }
  }

  #heartbeat(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.process.after(this.#random.int(1, 10), () => {
        if (!this.#group.knows(this) || this.#group.rebalancing) {
          this.rejoin()
          reject(new Rebalancing())
        } else resolve()
      })
    })
  }
}

class Rebalancing extends Error {}

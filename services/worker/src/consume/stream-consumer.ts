import { reasonOf } from '@commonstream/runtime'
import type { GroupPace, GroupSession, LogBatch } from '../ports/log-port.ts'
import { Fence } from './fence.ts'
import { type Halt, Partition, type PartitionReport } from './partition.ts'
import { frontiersOf, ruleFaultsOf } from './partition-figures.ts'
import type { StreamConsumerOptions } from './stream-consumer-options.ts'

const PACE: GroupPace = {
  sessionMs: 6_000,
  heartbeatMs: 500,
  rebalanceMs: 30_000,
  maxWaitMs: 250,
  partitionBytes: 1 << 20,
  fetchBytes: 4 << 20,
}

/** The consumer of one stream's events topic: a group of its own, so that its faults leave other streams alone. */
export class StreamConsumer {
  readonly #o: StreamConsumerOptions
  readonly #fence = new Fence()
  readonly #partitions = new Map<number, Partition>()
  readonly #member: GroupSession
  #pressed = false
  #stopping = false
  /** When Kafka last answered; null before it first did. */
  #heard: number | null = null

  constructor(options: StreamConsumerOptions) {
    this.#o = options
    this.#member = options.kafka.member({
      group: options.context.group,
      topic: options.context.eventsTopic,
      pace: PACE,
      sticky: { held: () => [...this.#partitions.keys()], onJoining: () => this.#fence.raise() },
      onJoined: (partitions) => this.#joined(partitions),
      onBatch: (batch) => this.#batch(batch),
      onHeard: () => this.#hear(),
      onCrash: (error) => {
        if (!this.#stopping) this.#o.fail(error)
      },
    })
  }

  start(): Promise<void> {
    return this.#member.start()
  }

  /** No more is folded; what was folded stays with the flusher, which is stopped next. */
  hold(): void {
    this.#stopping = true
    this.#pause([...this.#partitions.keys()])
  }

  stop(): Promise<void> {
    return this.#member.stop()
  }

  /** Rows wait for the store: read no more until they are fewer. */
  press(high: boolean): void {
    this.#pressed = high
    const taking = [...this.#partitions.values()].filter((p) => p.takes).map((p) => p.partition)
    if (high) this.#pause(taking)
    else if (!this.#stopping) this.#resume(taking)
  }

  /** For how long (ms) Kafka has not answered, which is asked twice a second. */
  get silentMs(): number {
    return this.#heard === null ? 0 : this.#o.clock.steady() - this.#heard
  }

  /** Whether reading stands still on purpose, until the store has taken what waits. */
  get pressed(): boolean {
    return this.#pressed || this.#stopping
  }

  get reports(): PartitionReport[] {
    return [...this.#partitions.values()].map((p) => p.report()).sort((a, b) => a.partition - b.partition)
  }

  /** The ends of the logs, as Kafka says them now and then: a batch tells them too, but none comes while nothing is read. */
  noteEnds(ends: ReadonlyMap<number, number>): void {
    for (const [number, partition] of this.#partitions) partition.end = Math.max(partition.end, ends.get(number) ?? -1)
  }

  /** First open windows of all partitions; null while one of them has none or is still resuming. */
  get frontiers(): number[] | null {
    return frontiersOf([...this.#partitions.values()])
  }

  /** Rows that each partition holds: open windows by sensor, the chunk's parts, and its accounts. */
  get rows(): number[] {
    return [...this.#partitions.values()].map((p) => p.rows)
  }

  /** How often each alert rule failed on some values. */
  get ruleFaults(): Map<string, number> {
    return ruleFaultsOf(this.#partitions.values())
  }

  #joined(assigned: readonly number[]): void {
    this.#fence.open()
    this.#hear()
    this.#o.onJoin()
    for (const [number, partition] of this.#partitions) {
      if (assigned.includes(number)) continue
      if (partition.resumed) this.#o.flusher.remove(partition.resumed.sink)
      this.#partitions.delete(number)
    }
    for (const number of assigned) {
      const kept = this.#partitions.get(number)
      if (kept) kept.epoch = this.#fence.epoch
      if (kept?.takes) this.#keep(kept)
      else if (kept === undefined) this.#adopt(new Partition(number))
      else this.#pause([number])
    }
    this.#o.onState()
  }

  /**
   * What is kept goes on where it was: its state is a function of the log up to there, whoever read it meanwhile. But if
   * others wrote of it, that may have been a log whose end is gone since: then the store is held against the log anew.
   */
  #keep(partition: Partition): void {
    this.#member.seek(partition.partition, partition.seekOn())
    const { resumed } = partition
    if (resumed === null) return
    this.#o.othersWrote(partition.partition, resumed).then(
      (wrote) => {
        if (wrote && partition.resumed === resumed && this.#partitions.get(partition.partition) === partition && !this.#stopping)
          this.#halt(partition, { state: 'astray', reason: 'another worker wrote of it meanwhile' })
      },
      (error: unknown) => {
        if (!this.#stopping) this.#o.fail(error)
      },
    )
  }

  #adopt(partition: Partition, ready: Promise<void> = Promise.resolve()): void {
    this.#partitions.set(partition.partition, partition)
    partition.epoch = this.#fence.epoch
    this.#pause([partition.partition]) // before the first fetch: kafkajs would "repair" a position that is out of range
    ready
      .then(() => this.#o.resume(partition.partition, (offset) => this.#commit(partition, offset)))
      .then(
        (resumed) => {
          if (this.#partitions.get(partition.partition) !== partition || this.#stopping) return
          if (typeof resumed === 'string') this.#halt(partition, { state: 'lost', reason: resumed })
          else {
            partition.begin(resumed)
            this.#o.log.info(
              { stream: this.#o.context.stream.name, partition: partition.partition, from: resumed.from, warmFrom: resumed.warmFrom },
              'partition resumes',
            )
            this.#o.flusher.add(resumed.sink)
            this.#member.seek(partition.partition, partition.start)
            if (!this.#pressed) this.#resume([partition.partition])
          }
          this.#o.onState()
        },
        (error: unknown) => {
          if (this.#partitions.get(partition.partition) === partition) this.#o.fail(error)
        },
      )
  }

  async #batch(batch: LogBatch): Promise<void> {
    const partition = this.#partitions.get(batch.partition)
    if (!partition?.takes || batch.isStale() || this.#stopping) return
    partition.end = batch.end
    const back = partition.looksBack(batch)
    if (back === true) return this.#member.seek(batch.partition, partition.start)
    if (back !== false) return this.#halt(partition, back)
    const { epoch } = partition
    await partition.prepare(batch)
    // Joined anew meanwhile: what was in flight comes again, perhaps has already.
    if (this.#partitions.get(batch.partition) !== partition || partition.epoch !== epoch || !partition.takes) return
    const before = partition.next
    try {
      const halt = partition.take(batch) ?? this.#crowded(partition)
      if (halt !== null) return this.#halt(partition, halt)
    } catch (error) {
      if (!this.#o.onFault(batch.partition, partition.next, error)) return this.#o.fail(error)
      return this.#halt(partition, { state: 'paused', reason: `a fault of ours, twice at offset ${partition.next}: ${reasonOf(error)}` })
    }
    this.#o.onRecords(partition.next - before)
    if (!batch.isStale()) partition.resolved()
    batch.done()
    this.#o.flusher.checkPressure()
    await batch.heartbeat()
  }

  /** Nothing that a sensor can send may end the process: the partition stands still, and all others go on. */
  #crowded({ rows }: Partition): Halt | null {
    if (!this.#o.isCrowded(rows)) return null
    const reason = `${rows} open windows and sensors' accounts are more than this worker's heap has room for: see docs/memory.md`
    return { state: 'paused', reason }
  }

  /**
   * The partition stands still. Where the log is not as it was (`astray`), what is folded is forgotten, and the ledger says
   * whether it can be gone on with. What waits is written first: it may hold what the log no longer does, which the ledger
   * must then say.
   */
  #halt(partition: Partition, { state, reason }: Halt): void {
    this.#pause([partition.partition])
    if (partition.resumed) this.#o.flusher.remove(partition.resumed.sink)
    partition.resumed = null // its memory is for the others
    const said = { astray: 'position astray: reading its state back', lost: 'position lost', paused: 'partition paused' }
    this.#o.log.error({ stream: this.#o.context.stream.name, partition: partition.partition, state, reason }, said[state])
    if (state === 'astray') this.#adopt(new Partition(partition.partition), this.#o.flusher.drained())
    else partition.stop(state, reason)
    this.#o.onState()
  }

  /** Commits a chunk start if the partition is still ours: epoch and commit in the same tick. */
  async #commit(partition: Partition, offset: number): Promise<void> {
    const ours = this.#partitions.get(partition.partition) === partition && this.#fence.allows(partition.epoch)
    if (!ours) return
    try {
      await this.#member.commit(partition.partition, offset)
    } catch (error) {
      // The chunk is certified; whoever resumes at the chunk start before it computes it again, with the same result.
      this.#o.log.warn({ partition: partition.partition, offset, reason: reasonOf(error) }, 'chunk start not committed')
    }
  }

  #hear(): void {
    this.#heard = this.#o.clock.steady()
  }

  #pause(partitions: number[]): void {
    if (partitions.length > 0) this.#member.pause(partitions)
  }

  #resume(partitions: number[]): void {
    if (partitions.length > 0) this.#member.resume(partitions)
  }
}

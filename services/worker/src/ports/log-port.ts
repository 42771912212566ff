import type { LogRecord } from '../fold/types.ts'

/** A record to be appended, value encoded. */
export interface LogEntry {
  readonly key: string
  readonly value: Buffer
}

/** First offset of a partition and the one after its last. */
export interface Ends {
  readonly partition: number
  readonly low: number
  readonly high: number
}

/** Records of one partition in log order, as they came. */
export interface LogBatch {
  readonly partition: number
  /** At least 1. */
  readonly length: number
  at(index: number): LogRecord
  /** End of the partition's log as the leader said with these records. */
  readonly end: number
  /** Whether the reader was sent elsewhere since these were fetched. */
  isStale(): boolean
  /** The reader goes on behind these records; without it they come again. */
  done(): void
  heartbeat(): Promise<void>
}

/** How a member of a group behaves, in ms and bytes. */
export interface GroupPace {
  readonly sessionMs: number
  readonly heartbeatMs: number
  readonly rebalanceMs: number
  readonly maxWaitMs: number
  readonly partitionBytes: number
  readonly fetchBytes: number
}

export interface GroupOptions {
  readonly group: string
  readonly topic: string
  readonly pace: GroupPace
  /** Sticky assignment; without it the client's own assigner spreads the partitions. */
  readonly sticky?: {
    /** The partitions that are held: asked in the very tick in which a JoinGroup request is sent. */
    readonly held: () => readonly number[]
    /** Called in that tick too: from now on nothing may be committed until the group is joined. */
    readonly onJoining: () => void
  }
  /** The group is joined, with these partitions; called before anything of theirs is fetched. */
  readonly onJoined: (partitions: readonly number[]) => void
  /** One batch at a time. */
  readonly onBatch: (batch: LogBatch) => Promise<void>
  /** Kafka has answered the member: at every heartbeat, while all is well. */
  readonly onHeard?: () => void
  /** The membership ended and will not come back by itself. */
  readonly onCrash: (error: Error) => void
}

/** A member of a consumer group on one topic. */
export interface GroupSession {
  start(): Promise<void>
  stop(): Promise<void>
  pause(partitions: readonly number[]): void
  resume(partitions: readonly number[]): void
  seek(partition: number, offset: number): void
  /** The request leaves in the tick of the call, with the generation that the member has then. Not retried. */
  commit(partition: number, offset: number): Promise<void>
}

/** All that the worker asks of Kafka. */
export interface LogPort {
  connect(): Promise<void>
  disconnect(): Promise<void>
  /** Appends records of one partition in order; resolves when all in-sync replicas have them. */
  append(topic: string, partition: number, entries: readonly LogEntry[]): Promise<void>
  ends(topic: string): Promise<readonly Ends[]>
  /** The group's committed offset of a partition; below 0 where there is none. */
  committed(group: string, topic: string, partition: number): Promise<number>
  /** Sets the committed offset of a group that has no members. */
  setCommitted(group: string, topic: string, partition: number, offset: number): Promise<void>
  /** First offset whose append time is at or after an instant (epoch ms). */
  offsetAt(topic: string, partition: number, ms: number): Promise<number>
  /** A member of a group, not yet started. */
  member(options: GroupOptions): GroupSession
  /** Reads the records of one partition in [from, to), in order, and leaves no trace. */
  readRange(topic: string, partition: number, from: number, to: number, take: (records: readonly LogRecord[]) => void): Promise<void>
  /**
   * Reads every partition of a topic from the beginning to the end it had at the call, and leaves no trace.
   * @param take called with the records of a partition, in order; true: enough of this partition
   */
  readToEnd(topic: string, take: (partition: number, records: readonly LogRecord[]) => boolean | void): Promise<void>
}

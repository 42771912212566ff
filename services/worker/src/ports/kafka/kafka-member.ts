import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { GroupOptions, GroupSession, LogBatch } from '../log-port.ts'
import { logRecord } from './log-record.ts'
import { stickyAssigner } from './sticky-assigner.ts'

/** A member of a consumer group by kafkajs. Nothing is committed but what is asked for. */
export class KafkaMember implements GroupSession {
  readonly #o: GroupOptions
  readonly #consumer: Consumer
  #commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | null = null

  constructor(kafka: Kafka, o: GroupOptions) {
    this.#o = o
    this.#consumer = kafka.consumer({
      groupId: o.group,
      sessionTimeout: o.pace.sessionMs,
      heartbeatInterval: o.pace.heartbeatMs,
      rebalanceTimeout: o.pace.rebalanceMs,
      maxWaitTimeInMs: o.pace.maxWaitMs,
      minBytes: 1,
      maxBytesPerPartition: o.pace.partitionBytes,
      maxBytes: o.pace.fetchBytes,
      ...(o.sticky && { partitionAssigners: [stickyAssigner(o.sticky.held, o.sticky.onJoining)] }),
      retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 20, restartOnFailure: async () => true },
    })
  }

  async start(): Promise<void> {
    const { topic } = this.#o
    const { events } = this.#consumer
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => this.#o.onJoined(payload.memberAssignment[topic] ?? []))
    this.#consumer.on(events.HEARTBEAT, () => this.#o.onHeard?.())
    this.#consumer.on(events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#o.onCrash(payload.error)
    })
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true })
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => {
        this.#commitNow = payload.commitOffsetsIfNecessary
        return this.#o.onBatch(logBatch(payload))
      },
    })
  }

  stop(): Promise<void> {
    return this.#consumer.disconnect()
  }

  pause(partitions: readonly number[]): void {
    this.#consumer.pause([{ topic: this.#o.topic, partitions: [...partitions] }])
  }

  resume(partitions: readonly number[]): void {
    this.#consumer.resume([{ topic: this.#o.topic, partitions: [...partitions] }])
  }

  seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.#o.topic, partition, offset: String(offset) })
  }

  /** By the way of a batch, which does not retry: `consumer.commitOffsets` would, under a generation to come. */
  async commit(partition: number, offset: number): Promise<void> {
    await this.#commitNow?.({ topics: [{ topic: this.#o.topic, partitions: [{ partition, offset: String(offset) }] }] })
  }
}

function logBatch({ batch, isStale, resolveOffset, heartbeat }: EachBatchPayload): LogBatch {
  const { messages } = batch
  return {
    partition: batch.partition,
    length: messages.length,
    at: (index) => logRecord(messages[index] as (typeof messages)[number]),
    end: Number(batch.highWatermark),
    isStale,
    done: () => resolveOffset(batch.lastOffset()),
    heartbeat,
  }
}

import { randomUUID } from 'node:crypto'
import { type Log, reasonOf } from '@commonstream/runtime'
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { LogRecord } from '../../fold/types.ts'
import { logRecord } from './log-record.ts'

/** Without a record for this long the topic is not read on. */
const STALL_MS = 30_000

type Take = (partition: number, records: readonly LogRecord[]) => boolean | void

/** Reads a topic to the end it has now, through a consumer group of its own that commits nothing and is removed afterwards. */
export async function readToEnd(kafka: Kafka, topic: string, take: Take, log: Log): Promise<void> {
  await throughOwnGroup(kafka, log, async (admin, consumer) => {
    const ends = await endsOf(admin, topic)
    if (ends.size > 0) await consume(consumer, new Reader(topic, ends, take))
  })
}

export interface Range {
  readonly topic: string
  readonly partition: number
  readonly from: number
  /** Not included. */
  readonly to: number
}

/** Reads one partition in [from, to), or to its end if that comes first. */
export async function readRange(kafka: Kafka, range: Range, take: (records: readonly LogRecord[]) => void, log: Log): Promise<void> {
  await throughOwnGroup(kafka, log, async (admin, consumer) => {
    const end = Math.min(range.to, (await endsOf(admin, range.topic)).get(range.partition) ?? 0)
    if (end <= range.from) return
    const reader = new Reader(range.topic, new Map([[range.partition, end]]), (_, records) =>
      take(records.filter((r) => r.offset >= range.from)),
    )
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const others = (payload.memberAssignment[range.topic] ?? []).filter((p) => p !== range.partition)
      if (others.length > 0) consumer.pause([{ topic: range.topic, partitions: others }])
      consumer.seek({ topic: range.topic, partition: range.partition, offset: String(range.from) })
    })
    await consume(consumer, reader)
  })
}

async function throughOwnGroup(kafka: Kafka, log: Log, work: (admin: Admin, consumer: Consumer) => Promise<void>): Promise<void> {
  const groupId = `city-reader-${randomUUID()}`
  const admin = kafka.admin()
  const consumer = kafka.consumer({ groupId, minBytes: 1, maxWaitTimeInMs: 250, maxBytes: 4 << 20, maxBytesPerPartition: 1 << 20 })
  try {
    await admin.connect()
    await work(admin, consumer)
  } finally {
    await consumer.disconnect()
    await removeGroup(admin, groupId, log)
    await admin.disconnect()
  }
}

/** End offsets of the partitions that hold anything. */
async function endsOf(admin: Admin, topic: string): Promise<Map<number, number>> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return new Map(offsets.filter(({ low, high }) => Number(high) > Number(low)).map(({ partition, high }) => [partition, Number(high)]))
}

async function consume(consumer: Consumer, reader: Reader): Promise<void> {
  await consumer.connect()
  await consumer.subscribe({ topics: [reader.topic], fromBeginning: true })
  let stalled: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const watch = () => {
        clearTimeout(stalled)
        stalled = setTimeout(() => reject(new Error(`nothing came for ${STALL_MS} ms; missing: ${reader.missing}`)), STALL_MS)
      }
      watch()
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error)
      })
      const eachBatch = async (payload: EachBatchPayload) => {
        watch()
        try {
          if (reader.take(payload)) resolve()
        } catch (error) {
          reject(error)
        }
      }
      consumer.run({ autoCommit: false, eachBatch }).catch(reject)
    })
  } finally {
    clearTimeout(stalled)
  }
}

/** Hands on the records up to each partition's end. */
class Reader {
  readonly topic: string
  readonly #ends: ReadonlyMap<number, number>
  readonly #open: Set<number>
  readonly #take: Take

  constructor(topic: string, ends: ReadonlyMap<number, number>, take: Take) {
    this.topic = topic
    this.#ends = ends
    this.#open = new Set(ends.keys())
    this.#take = take
  }

  get missing(): string {
    return [...this.#open].map((partition) => `${this.topic}[${partition}]`).join(', ')
  }

  /** Returns whether everything is read. */
  take({ batch }: EachBatchPayload): boolean {
    if (!this.#open.has(batch.partition)) return this.#open.size === 0
    const end = this.#ends.get(batch.partition) ?? 0
    const records = batch.messages.filter(({ offset }) => Number(offset) < end).map(logRecord)
    const enough = this.#take(batch.partition, records)
    if (enough === true || Number(batch.lastOffset()) >= end - 1) this.#open.delete(batch.partition)
    return this.#open.size === 0
  }
}

/** The group held no offsets, so nothing depends on it; Kafka forgets it by itself if this does not succeed. */
async function removeGroup(admin: Admin, groupId: string, log: Log): Promise<void> {
  try {
    await admin.deleteGroups([groupId])
  } catch (error) {
    log.debug({ groupId, reason: reasonOf(error) }, 'the throw-away group was not removed')
  }
}

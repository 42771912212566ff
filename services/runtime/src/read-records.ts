import { CityError } from './errors.ts'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'

export interface TopicRecord {
  readonly partition: number
  readonly message: KafkaMessage
}

const READ_LIMIT_MS = 60_000

/**
 * Every record of a topic from `starts[partition]` (default: its beginning) to the end that it has now.
 * @param group a consumer group of this call alone; it is deleted afterwards
 */
export async function readRecords(o: {
  kafka: Kafka
  admin: Admin
  topic: string
  group: string
  starts?: readonly string[]
}): Promise<TopicRecord[]> {
  const ends = new Map<number, bigint>()
  const begins = new Map<number, string>()
  for (const { partition, low, high } of await o.admin.fetchTopicOffsets(o.topic)) {
    const start = bigger(BigInt(o.starts?.[partition] ?? 0), BigInt(low))
    if (start >= BigInt(high)) continue
    ends.set(partition, BigInt(high))
    begins.set(partition, String(start))
  }
  if (ends.size === 0) return []
  const consumer = o.kafka.consumer({ groupId: o.group, allowAutoTopicCreation: false, maxWaitTimeInMs: 200, sessionTimeout: 30_000 })
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [o.topic], fromBeginning: true })
    return await collect(consumer, o.topic, begins, ends)
  } finally {
    await consumer.disconnect()
    await o.admin.deleteGroups([o.group])
  }
}

async function collect(
  consumer: ReturnType<Kafka['consumer']>,
  topic: string,
  begins: ReadonlyMap<number, string>,
  ends: Map<number, bigint>,
): Promise<TopicRecord[]> {
  const records: TopicRecord[] = []
  const { promise, resolve, reject } = Promise.withResolvers<TopicRecord[]>()
  const timer = setTimeout(
    () =>
      reject(new CityError('TOPIC_UNREADABLE', `${topic} could not be read to its end in ${READ_LIMIT_MS / 1000} s`, { sort: 'world' })),
    READ_LIMIT_MS,
  )
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) reject(payload.error)
  })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const end = ends.get(batch.partition)
      if (end === undefined) return
      for (const message of batch.messages) {
        if (BigInt(message.offset) < end) records.push({ partition: batch.partition, message })
      }
      if (BigInt(batch.lastOffset()) >= end - 1n) ends.delete(batch.partition)
      if (ends.size === 0) resolve(records)
    },
  })
  for (const [partition, offset] of begins) consumer.seek({ topic, partition, offset })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

function bigger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

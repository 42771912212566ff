import type { Producer } from 'kafkajs'
import type { Outgoing } from './batch.ts'

/** Records per send and partition: kafkajs encodes a send in one go, and the event loop waits. */
const MAX_PER_SEND = 1_000

/**
 * Writes records to Kafka, acknowledged by all in-sync replicas. One `send` per partition: a send over several leaders
 * can repeat or lose records when one of them answers with an error.
 */
export async function writeLog(producer: Producer, records: readonly Outgoing[]): Promise<void> {
  const groups = new Map<string, Outgoing[]>()
  for (const record of records) {
    const key = `${record.topic}/${record.partition}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [record])
    else group.push(record)
  }
  await Promise.all([...groups.values()].map((group) => sendInOrder(producer, group)))
}

async function sendInOrder(producer: Producer, group: readonly Outgoing[]): Promise<void> {
  for (let from = 0; from < group.length; from += MAX_PER_SEND) {
    const slice = group.slice(from, from + MAX_PER_SEND)
    const topic = (slice[0] as Outgoing).topic
    await producer.send({ topic, acks: -1, messages: slice.map(({ partition, key, value }) => ({ partition, key, value })) })
  }
}

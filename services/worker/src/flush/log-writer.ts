import type { LogPort } from '../ports/log-port.ts'
import type { Outgoing } from './batch.ts'

/** Records per append: kafkajs encodes them in one go, and the event loop waits. */
const MAX_PER_APPEND = 1_000

/**
 * Writes records to Kafka, acknowledged by all in-sync replicas. One append per partition at a time: a request over
 * several leaders can repeat or lose records when one of them answers with an error.
 */
export async function writeLog(kafka: Pick<LogPort, 'append'>, records: readonly Outgoing[]): Promise<void> {
  const groups = Map.groupBy(records, (r) => `${r.topic}/${r.partition}`)
  await Promise.all([...groups.values()].map((group) => appendInOrder(kafka, group)))
}

async function appendInOrder(kafka: Pick<LogPort, 'append'>, group: readonly Outgoing[]): Promise<void> {
  const { topic, partition } = group[0] as Outgoing
  for (let from = 0; from < group.length; from += MAX_PER_APPEND)
    await kafka.append(topic, partition, group.slice(from, from + MAX_PER_APPEND))
}

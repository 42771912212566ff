import type { LogEntry, LogPort } from '../ports/log-port.ts'
import type { Outgoing } from './batch.ts'

/** Records per append: they are encoded in one go, and the event loop waits. */
const MAX_PER_APPEND = 1_000

/** Where a record goes. */
export interface Place {
  readonly topic: string
  readonly partition: number
}

/**
 * Writes records to Kafka, acknowledged by all in-sync replicas. One append per partition at a time: a request over
 * several leaders can repeat or lose records when one of them answers with an error.
 */
export function writeLog(kafka: Pick<LogPort, 'append'>, records: readonly Outgoing[]): Promise<void> {
  return writeEach(
    kafka,
    records,
    (record) => record,
    (record) => record,
  )
}

/** The same of what becomes records only when it is their turn: a million windows that close at once are not held twice. */
export async function writeEach<T>(
  kafka: Pick<LogPort, 'append'>,
  items: readonly T[],
  placeOf: (item: T) => Place,
  entryOf: (item: T) => LogEntry,
): Promise<void> {
  const groups = Map.groupBy(items, (item) => {
    const { topic, partition } = placeOf(item)
    return `${topic}/${partition}`
  })
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const { topic, partition } = placeOf(group[0] as T)
      for (let from = 0; from < group.length; from += MAX_PER_APPEND)
        await kafka.append(topic, partition, group.slice(from, from + MAX_PER_APPEND).map(entryOf))
    }),
  )
}

import { createKafka, createLog } from '@commonstream/runtime'
import { type City, type EventRecord, eventCodec, eventsTopic, QUARANTINE_TOPIC, topicCodec } from '@commonstream/schemas'

/** One record of a topic, as Kafka has it. */
export interface LogRecord {
  readonly partition: number
  readonly offset: number
  readonly appendTime: number
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

/** Everything that a topic holds now, by partition and offset. */
export async function readLog(brokers: string, topic: string): Promise<LogRecord[]> {
  const kafka = createKafka(brokers, 'reader', createLog('test', 'silent'))
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map((o) => [o.partition, { begin: Number(o.low), end: Number(o.high) }]))
  await admin.disconnect()
  const left = new Set([...ends].filter(([, { begin, end }]) => end > begin).map(([partition]) => partition))
  const records: LogRecord[] = []
  if (left.size === 0) return records
  const consumer = kafka.consumer({ groupId: `reader-${Math.random()}`, maxWaitTimeInMs: 100 })
  const done = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message }) => {
      const offset = Number(message.offset)
      const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]))
      records.push({
        partition,
        offset,
        appendTime: Number(message.timestamp),
        key: message.key?.toString() ?? null,
        value: message.value === null ? null : Buffer.from(message.value),
        headers,
      })
      if (offset + 1 >= (ends.get(partition)?.end ?? 0)) left.delete(partition)
      if (left.size === 0) done.resolve()
      return Promise.resolve()
    },
  })
  await done.promise
  await consumer.disconnect()
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}

/** The events of a stream in the log, decoded, ticks and markers left out. */
export async function readEvents(brokers: string, city: City, name: string): Promise<EventRecord[]> {
  const stream = city.streams.find((s) => s.name === name)
  if (stream === undefined) throw new Error(`the city has no stream ${name}`)
  const codec = eventCodec(stream)
  return (await readLog(brokers, eventsTopic(name))).flatMap((r) =>
    r.headers['kind'] === undefined && r.value !== null ? codec.decode(r.value) : [],
  )
}

/** The ticks of a stream's log. */
export async function readTicks(
  brokers: string,
  name: string,
): Promise<{ partition: number; bridge: string; asOf: number; appendTime: number; offset: number }[]> {
  return (await readLog(brokers, eventsTopic(name))).flatMap(({ partition, headers, appendTime, offset }) =>
    headers['kind'] === 'tick' ? { partition, bridge: headers['bridge'] ?? '', asOf: Number(headers['asOf']), appendTime, offset } : [],
  )
}

/** What is in quarantine, decoded. */
export async function readQuarantine(brokers: string, city: City): Promise<Record<string, unknown>[]> {
  const codec = topicCodec(city, 'quarantine')
  return (await readLog(brokers, QUARANTINE_TOPIC)).flatMap((r) => (r.value === null ? [] : [codec.decode(r.value)]))
}

import { hash } from 'node:crypto'
import { createKafka, createLog, partitionOf } from '@commonstream/runtime'
import { type EventCodec, eventCodec, type EventRecord, eventsTopic, type Stream } from '@commonstream/schemas'
import type { Message, Producer } from 'kafkajs'
import { type LoadedEvent, loadMinutes, type LoadOptions } from '../support/log-load.ts'
import type { TestStack } from '../support/stack.ts'

export interface WorkerJob {
  readonly sensors: readonly string[]
  readonly minutes: number
  /** Event time of the first minute, epoch ms. */
  readonly start: number
}

const SAY_EVERY_MS = 10_000
const MINUTE = 60_000

/** The load of a job, as `loadMinutes` takes it. */
export function loadOf(stream: Stream, job: WorkerJob): LoadOptions {
  return { stream, ...job, disorder: 0.05, duplicates: 0.01, seed: 1 }
}

/**
 * Writes the same job into the logs of streams that differ in their schema ids alone: as a bridge would, with a tick per
 * minute. An event is encoded once, whatever the number of streams. Returns the events of each.
 */
export async function writeLogs(
  stack: TestStack,
  streams: readonly [Stream, ...Stream[]],
  job: WorkerJob,
  onShare: (share: number) => void,
): Promise<number> {
  const [model] = streams
  const codec = eventCodec(model)
  const partitions = new Map(job.sensors.map((sensor) => [sensor, partitionOf(sensor, model.partitions)]))
  const producer = createKafka(stack.brokers, 'load', createLog('bench', 'silent')).producer()
  await producer.connect()
  let said = performance.now()
  let sent = 0
  try {
    // The bridge was there from the first window's start: a protected stream releases no window that it did not see whole.
    await send(
      producer,
      streams,
      Array.from({ length: model.partitions }, () => [tick(job.start)]),
    )
    for (const { minute, events } of loadMinutes(loadOf(model, job))) {
      const batches: Message[][] = Array.from({ length: model.partitions }, () => [])
      for (const event of events) batches[partitions.get(event.sensor) as number]?.push(messageOf(codec, event))
      for (const batch of batches) batch.push(tick(job.start + (minute + 1) * MINUTE))
      await send(producer, streams, batches)
      sent += events.length
      if (performance.now() - said < SAY_EVERY_MS) continue
      said = performance.now()
      onShare(minute / job.minutes)
    }
  } finally {
    await producer.disconnect()
  }
  return sent
}

/** One batch per partition, to each stream in turn; the values bear that stream's schema id. */
async function send(producer: Producer, streams: readonly Stream[], batches: readonly (readonly Message[])[]): Promise<void> {
  for (const stream of streams) {
    for (const { value } of batches.flat()) if (Buffer.isBuffer(value)) value.writeInt32BE(stream.schemaId, 1)
    const topic = eventsTopic(stream.name)
    await Promise.all(
      batches.map((batch, partition) => producer.send({ topic, acks: -1, messages: batch.map((message) => ({ ...message, partition })) })),
    )
  }
}

function messageOf(codec: EventCodec, { sensor, at, values: [direction_1, direction_2] }: LoadedEvent): Message {
  const event_id = hash('sha256', `${sensor} ${at}`, 'buffer').subarray(0, 16)
  const record: EventRecord = { event_id, sensor, at, clamped: false, direction_1, direction_2 }
  return { key: sensor, value: Buffer.from(codec.encode(record)) }
}

function tick(asOf: number): Message {
  return { key: null, value: null, headers: { kind: 'tick', bridge: 'load', asOf: String(asOf) } }
}

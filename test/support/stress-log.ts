import { hash } from 'node:crypto'
import { eventCodec, type EventRecord, eventsTopic, type Stream } from '@commonstream/schemas'
import type { Message, Producer } from 'kafkajs'

/** Which sensor speaks in the events `from` up to, not including, `to` of a partition. */
export interface Burst {
  readonly partition: number
  readonly from: number
  readonly to: number
  readonly sensor: (index: number) => string
  /** Event time, epoch ms. */
  readonly at: (index: number) => number
}

const RECORDS_PER_SEND = 5_000

/**
 * Writes events of counts (direction_1, direction_2) straight into one partition, whatever its sensors' keys say. The
 * id of each follows from its partition and index, so that a burst with the same indexes is one of repetitions.
 */
export async function writeBurst(producer: Producer, stream: Stream, burst: Burst): Promise<void> {
  const codec = eventCodec(stream)
  for (let from = burst.from; from < burst.to; from += RECORDS_PER_SEND) {
    const messages: Message[] = []
    for (let i = from; i < Math.min(burst.to, from + RECORDS_PER_SEND); i++) {
      const sensor = burst.sensor(i)
      const id = hash('sha256', `${burst.partition} ${i}`, 'buffer').subarray(0, 16)
      const event = { event_id: id, sensor, at: burst.at(i), clamped: false, direction_1: i % 7, direction_2: 1 } as EventRecord
      messages.push({ partition: burst.partition, key: sensor, value: Buffer.from(codec.encode(event)) })
    }
    await producer.send({ topic: eventsTopic(stream.name), acks: -1, messages })
  }
}

/** One bridge's word in every partition that everything up to `asOf` (epoch ms) is there. */
export async function writeTicks(producer: Producer, stream: Stream, asOf: number): Promise<void> {
  const headers = { kind: 'tick', bridge: 'stress', asOf: String(asOf) }
  const messages = Array.from({ length: stream.partitions }, (_, partition) => ({ partition, key: null, value: null, headers }))
  await producer.send({ topic: eventsTopic(stream.name), acks: -1, messages })
}

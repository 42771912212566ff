import { hash } from 'node:crypto'
import { eventCodec, type EventRecord, eventsTopic, foldDocumentOf, type Stream } from '@commonstream/schemas'
import { partitionOf } from '@commonstream/runtime'
import type { Producer } from 'kafkajs'

export interface LoadOptions {
  readonly stream: Stream
  /** Event time of the first minute, epoch ms. */
  readonly start: number
  readonly minutes: number
  readonly sensors: readonly string[]
  /** Share of events that come up to five minutes late. */
  readonly disorder: number
  /** Share of events that are there twice. */
  readonly duplicates: number
  readonly seed: number
}

/** A small generator of reproducible numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface LoadedEvent {
  readonly sensor: string
  readonly at: number
  readonly values: readonly [number, number]
}

/** The events of a load, minute by minute in the order in which they are sent; repetitions follow their originals. */
export function* loadMinutes(o: LoadOptions): Generator<{ minute: number; events: LoadedEvent[] }> {
  const random = seeded(o.seed)
  const late: LoadedEvent[][] = Array.from({ length: 6 }, () => [])
  for (let minute = 0; minute < o.minutes + 5; minute++) {
    const events = late[minute % 6] as LoadedEvent[]
    late[minute % 6] = []
    for (const sensor of minute < o.minutes ? o.sensors : []) {
      const event: LoadedEvent = { sensor, at: o.start + minute * 60_000, values: [Math.floor(random() * 30), Math.floor(random() * 30)] }
      if (random() < o.disorder) (late[(minute + 1 + Math.floor(random() * 5)) % 6] as LoadedEvent[]).push(event)
      else events.push(event)
      if (random() < o.duplicates) events.push(event)
    }
    yield { minute, events }
  }
}

/** Writes a load straight into the events topic as a bridge would, with a tick per minute. Returns the number of records of events. */
export async function loadLog(producer: Producer, o: LoadOptions, onProgress: (events: number) => void = () => {}): Promise<number> {
  const { stream } = o
  const topic = eventsTopic(stream.name)
  const codec = eventCodec(stream)
  const partition = new Map(o.sensors.map((s) => [s, partitionOf(s, stream.partitions)]))
  let sent = 0
  for (const { minute, events } of loadMinutes(o)) {
    const messages: { key: string; value: Buffer }[][] = Array.from({ length: stream.partitions }, () => [])
    for (const e of events) {
      const id = hash('sha256', `${e.sensor} ${e.at}`, 'buffer').subarray(0, 16)
      const record = {
        event_id: id,
        sensor: e.sensor,
        at: e.at,
        clamped: false,
        direction_1: e.values[0],
        direction_2: e.values[1],
      } as EventRecord
      messages[partition.get(e.sensor) as number]?.push({ key: e.sensor, value: Buffer.from(codec.encode(record)) })
    }
    const asOf = String(o.start + (minute + 1) * 60_000)
    await Promise.all(
      messages.map(async (list, p) => {
        for (let i = 0; i < list.length; i += 1_000)
          await producer.send({ topic, acks: -1, messages: list.slice(i, i + 1_000).map((m) => ({ ...m, partition: p })) })
        await producer.send({
          topic,
          acks: -1,
          messages: [{ partition: p, key: null, value: null, headers: { kind: 'tick', bridge: 'load', asOf } }],
        })
      }),
    )
    sent += events.length
    onProgress(sent)
  }
  return sent
}

/** The fold marker that `infra/apply` writes first. */
export async function writeMarker(producer: Producer, stream: Stream): Promise<void> {
  const value = Buffer.from(JSON.stringify(foldDocumentOf(stream, null)))
  for (let partition = 0; partition < stream.partitions; partition++) {
    await producer.send({
      topic: eventsTopic(stream.name),
      acks: -1,
      messages: [{ partition, key: null, value, headers: { kind: 'fold' } }],
    })
  }
}

import { createHash } from 'node:crypto'
import { type City, QUARANTINE_TOPIC, topicCodec } from '@commonstream/schemas'
import { expect } from 'vitest'
import { askQuery } from './ask-stack.ts'
import type { TestStack } from './stack.ts'

/** What the quarantine is to say of a refused message. */
export interface Refused {
  readonly stream: string
  readonly sensor: string
  readonly reason: string
  readonly by: RegExp
  readonly mqttTopic: string | null
  /** Place in Kafka; null where the bridge refused it. */
  readonly place: { readonly topic: string; readonly partition: number; readonly offset: number } | null
  readonly length: number
  /** Null where they must not be kept. */
  readonly sha256: string | null
  readonly bytes: Buffer | null
}

export interface WatchedQuarantine {
  /** Everything in the topic so far. */
  readonly records: readonly Record<string, unknown>[]
  /** Waits until the only message refused of a stream for a reason stands in the topic and in the steward's list, as said. */
  holds(refused: Refused): Promise<void>
  stop(): Promise<void>
}

const WAIT = { timeout: 20_000, interval: 200 }

/** Reads `city.quarantine` of a stack from its beginning, as it grows. */
export async function watchQuarantine(stack: TestStack, city: City): Promise<WatchedQuarantine> {
  const records: Record<string, unknown>[] = []
  const codec = topicCodec(city, 'quarantine')
  const consumer = stack.kafka.consumer({ groupId: 'test-quarantine', maxWaitTimeInMs: 200 })
  await consumer.connect()
  await consumer.subscribe({ topics: [QUARANTINE_TOPIC], fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void records.push(codec.decode(message.value as Buffer)) })
  return { records, holds: (refused) => holds(stack, records, refused), stop: () => consumer.disconnect() }
}

async function holds(stack: TestStack, records: readonly Record<string, unknown>[], r: Refused): Promise<void> {
  const { stream, sensor, reason, mqttTopic, length, sha256 } = r
  const inTopic = () => records.filter((q) => q['stream'] === stream && q['reason'] === reason)
  await expect.poll(() => inTopic().length, WAIT).toBe(1)
  const { detail, at, by, bytes, ...record } = inTopic()[0] as Record<string, unknown>
  const place = r.place ?? { topic: null, partition: null, offset: null }
  expect(record).toEqual({ stream, sensor, reason, mqttTopic, ...place, length, sha256: sha256 ?? '' })
  expect(bytes === null ? null : Buffer.from(bytes as Uint8Array)).toEqual(r.bytes)
  expect(by).toMatch(r.by)
  expect(Math.abs(Number(at) - Date.now())).toBeLessThan(60_000)
  const path = `/v1/quarantine?stream=${stream}&reason=${reason}`
  const listed = async () => (await askQuery<{ rows: object[] }>(stack, path, 'steward')).rows
  await expect.poll(async () => (await listed()).length, WAIT).toBe(1)
  expect((await listed())[0]).toMatchObject({
    ...{ stream, sensor, reason, at: new Date(Number(at)).toISOString(), length, sha256 },
    ...{ bytes: r.bytes?.toString('base64') ?? null, source: { by, detail, mqttTopic, ...place } },
  })
}

/** What the bridge is to say of a message it refused; `keeps`: its bytes and hash may stay. */
export function refusedByBridge(stream: string, sensor: string, reason: string, bytes: Buffer, keeps: boolean): Refused {
  const kept = keeps ? { sha256: createHash('sha256').update(bytes).digest('hex'), bytes } : { sha256: null, bytes: null }
  return { stream, sensor, reason, by: /^bridge /, mqttTopic: `city/${stream}/${sensor}`, place: null, length: bytes.length, ...kept }
}

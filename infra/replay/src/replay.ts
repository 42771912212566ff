import { randomUUID } from 'node:crypto'
import { type Log, createKafka, readRecords } from '@commonstream/runtime'
import { type City, QUARANTINE_TOPIC, REPLAYS_TOPIC } from '@commonstream/schemas'
import type { Producer } from 'kafkajs'
import mqtt from 'mqtt'
import pLimit from 'p-limit'
import type { ReplayConfig } from './config.ts'
import { type Message, messageOf, type Repair } from './message.ts'
import { postReading } from './post-reading.ts'
import { placeOf, type Refused, refusedOf } from './refused.ts'
import { type Filter, type Passed, select } from './select.ts'

/** Messages under way at once. */
const IN_FLIGHT = 50
const PUBLISH_LIMIT_MS = 60_000

export interface ReplayOptions {
  readonly config: ReplayConfig
  readonly city: City
  readonly filter: Filter
  readonly repair: Repair | null
  /** False: nothing is sent, the outcome says what would be. */
  readonly confirm: boolean
  readonly log: Log
  readonly now: () => number
  readonly onProgress: (sent: number, of: number) => void
}

export interface ReplayOutcome {
  readonly quarantined: number
  /** Sent and acknowledged; in a dry run, what would be sent. */
  readonly sent: readonly Refused[]
  readonly passed: ReadonlyMap<Passed, number>
  readonly cannot: readonly { readonly refused: Refused; readonly why: string }[]
}

/**
 * Sends quarantined messages through the bridge again, each place of an original once: what was sent is written down
 * when the bridge has acknowledged it. Interrupted between the two, a message is sent twice, with the same event id.
 */
export async function replay(o: ReplayOptions): Promise<ReplayOutcome> {
  const kafka = createKafka(o.config.brokers, 'city-replay', o.log)
  const admin = kafka.admin()
  await admin.connect()
  try {
    const read = (topic: string) => readRecords({ kafka, admin, topic, group: `city-replay-${randomUUID()}` })
    const done = new Set((await read(REPLAYS_TOPIC)).map(({ message }) => String(message.key)))
    const refused = refusedOf(o.city, await read(QUARANTINE_TOPIC))
    const { chosen, passed } = select(refused, o.filter, done)
    const messages = chosen.map((r) => ({ refused: r, message: messageOf(o.city, r, o.repair) }))
    const cannot = messages.flatMap(({ refused: r, message }) => ('cannot' in message ? [{ refused: r, why: message.cannot }] : []))
    const ready = messages.filter((m): m is Ready => 'payload' in m.message)
    if (o.confirm && ready.length > 0) await sendAll(o, kafka.producer({ allowAutoTopicCreation: false }), ready)
    return { quarantined: refused.length, sent: ready.map((m) => m.refused), passed, cannot }
  } finally {
    await admin.disconnect()
  }
}

interface Ready {
  readonly refused: Refused
  readonly message: Exclude<Message, { cannot: string }>
}

async function sendAll(o: ReplayOptions, producer: Producer, ready: readonly Ready[]): Promise<void> {
  const { url, user, password } = o.config.mqtt
  await producer.connect()
  const client = await mqtt.connectAsync(url, {
    clientId: `replay-${randomUUID()}`,
    connectTimeout: 10_000,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
  })
  try {
    let sent = 0
    const limit = pLimit(IN_FLIGHT)
    const sendOne = async ({ refused, message }: Ready) => {
      if ('stream' in message) await postReading(o.config, message.stream, message.payload, PUBLISH_LIMIT_MS)
      else await withinTime(client.publishAsync(message.topic, message.payload, { qos: 1 }), message.topic)
      const value = JSON.stringify({ quarantined: refused.quarantined, at: new Date(o.now()).toISOString() })
      await producer.send({ topic: REPLAYS_TOPIC, acks: -1, messages: [{ key: placeOf(refused), value }] })
      o.onProgress(++sent, ready.length)
    }
    await Promise.all(ready.map((one) => limit(() => sendOne(one))))
  } finally {
    await client.endAsync()
    await producer.disconnect()
  }
}

async function withinTime(work: Promise<unknown>, topic: string): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`the bridge did not acknowledge a message for ${topic} in ${PUBLISH_LIMIT_MS / 1000} s`)),
    PUBLISH_LIMIT_MS,
  )
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

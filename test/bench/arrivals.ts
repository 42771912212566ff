import { setTimeout as sleep } from 'node:timers/promises'
import { ALERTS_TOPIC, type City, topicCodec } from '@commonstream/schemas'
import type { TestStack } from '../support/stack.ts'
import { PROBE_COUNT } from './live-city.ts'

/** When something of each sensor was first seen (`performance.now()`). */
export interface Arrivals {
  readonly seenAt: ReadonlyMap<string, number>
  stop(): Promise<void>
}

const POLL_MS = 20

/** Asks for the latest of a stream again and again, as a page does: with the ETag of the answer before. */
export function watchLatest(url: string, sensors: readonly string[]): Arrivals & { readonly asked: number; readonly unchanged: number } {
  const seenAt = new Map<string, number>()
  const wanted = new Set(sensors)
  const counts = { asked: 0, unchanged: 0 }
  const halt = new AbortController()
  let etag = ''
  let fault: unknown = null
  const ask = async () => {
    const response = await fetch(url, { headers: { 'if-none-match': etag } })
    counts.asked++
    if (response.status === 304) return void counts.unchanged++
    if (!response.ok) throw new Error(`${url} answers ${response.status} ${(await response.text()).slice(0, 300)}`)
    etag = response.headers.get('etag') ?? ''
    const { rows } = (await response.json()) as { rows: { sensor: string; values: Record<string, number | null> }[] }
    const now = performance.now()
    for (const { sensor, values } of rows) {
      if (!wanted.has(sensor) || values['direction_1'] !== PROBE_COUNT) continue
      wanted.delete(sensor)
      seenAt.set(sensor, now)
    }
  }
  const askOn = async () => {
    for (; !halt.signal.aborted && wanted.size > 0; await sleep(POLL_MS)) await ask()
  }
  const asking = askOn().catch((error: unknown) => void (fault = error))
  return {
    seenAt,
    get asked() {
      return counts.asked
    },
    get unchanged() {
      return counts.unchanged
    },
    async stop() {
      halt.abort()
      await asking
      if (fault !== null) throw fault
    },
  }
}

/** Reads the alerts topic as any consumer would. Resolves once it has its partition. */
export async function watchAlerts(stack: TestStack, city: City): Promise<Arrivals> {
  const seenAt = new Map<string, number>()
  const codec = topicCodec(city, 'alerts')
  const consumer = stack.kafka.consumer({ groupId: `bench-alerts-${process.pid}`, maxWaitTimeInMs: 250 })
  const joined = Promise.withResolvers<void>()
  consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve())
  await consumer.connect()
  await consumer.subscribe({ topics: [ALERTS_TOPIC], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ message: { value } }) => {
      if (value === null) return Promise.resolve()
      const { subject } = codec.decode(value) as { subject: string }
      if (!seenAt.has(subject)) seenAt.set(subject, performance.now())
      return Promise.resolve()
    },
  })
  await joined.promise
  return { seenAt, stop: () => consumer.disconnect() }
}

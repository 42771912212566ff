import { randomUUID } from 'node:crypto'
import { CityError, type Log, reasonOf } from '@commonstream/runtime'
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { type Released, ReleasedMap, releasedKey } from './released-map.ts'

export { type Released, ReleasedMap, releasedKey } from './released-map.ts'

/** Without a record for this long the topic is not read on. */
const STALL_MS = 30_000

export interface ReadReleasedOptions {
  readonly kafka: Kafka
  /** `city.<stream>.windows` */
  readonly topic: string
  readonly codec: { decode(bytes: Buffer): Record<string, unknown> }
  readonly log: Log
  /** Releases of windows that ended by then (epoch ms) are not wanted any more; by default all are. */
  readonly since?: number
  readonly groupId?: string
}

/**
 * What is already released of a protected stream, from its topic: every partition from the beginning to the end it had
 * at the call. Of one atom the first record counts. Reads through a consumer group of its own that commits nothing and
 * is removed afterwards.
 * @throws CityError `RELEASES_UNREAD` (the world's) if Kafka does not give them, `RELEASE_UNREADABLE` for a record that
 * is none: without knowing all releases nothing may be released
 */
export async function readReleased(o: ReadReleasedOptions): Promise<ReleasedMap> {
  const groupId = o.groupId ?? `city-released-${randomUUID()}`
  const admin = o.kafka.admin()
  const consumer = o.kafka.consumer({ groupId, minBytes: 1, maxWaitTimeInMs: 250, maxBytes: 4 << 20, maxBytesPerPartition: 1 << 20 })
  try {
    await admin.connect()
    const ends = await endsOf(admin, o.topic)
    const reader = new Reader(o, ends)
    if (ends.size > 0) await consume(consumer, reader, o.topic)
    return reader.released
  } catch (error) {
    if (error instanceof CityError) throw error
    throw new CityError('RELEASES_UNREAD', `The releases in ${o.topic} could not be read`, { sort: 'world', cause: error })
  } finally {
    await consumer.disconnect()
    await removeGroup(admin, groupId, o.log)
    await admin.disconnect()
  }
}

/** End offsets of the partitions that hold anything. */
async function endsOf(admin: Admin, topic: string): Promise<Map<number, number>> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return new Map(offsets.filter(({ low, high }) => Number(high) > Number(low)).map(({ partition, high }) => [partition, Number(high)]))
}

async function consume(consumer: Consumer, reader: Reader, topic: string): Promise<void> {
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let stalled: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const watch = () => {
        clearTimeout(stalled)
        stalled = setTimeout(() => reject(new Error(`nothing came for ${STALL_MS} ms; missing: ${reader.missing}`)), STALL_MS)
      }
      watch()
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error)
      })
      const eachBatch = async (payload: EachBatchPayload) => {
        watch()
        try {
          if (reader.take(payload)) resolve()
        } catch (error) {
          reject(error as Error)
        }
      }
      consumer.run({ autoCommit: false, eachBatch }).catch(reject)
    })
  } finally {
    clearTimeout(stalled)
  }
}

/** Collects the releases of the batches up to each partition's end. */
class Reader {
  readonly released = new ReleasedMap()
  readonly #o: ReadReleasedOptions
  readonly #ends: Map<number, number>
  readonly #open: Set<number>

  constructor(o: ReadReleasedOptions, ends: Map<number, number>) {
    this.#o = o
    this.#ends = ends
    this.#open = new Set(ends.keys())
  }

  get missing(): string {
    return [...this.#open].map((partition) => `${this.#o.topic}[${partition}]`).join(', ')
  }

  /** Returns whether everything is read. */
  take({ batch }: EachBatchPayload): boolean {
    const end = this.#ends.get(batch.partition) ?? 0
    for (const { offset, value } of batch.messages) {
      if (Number(offset) < end && value !== null) this.#add(value, batch.partition, offset)
    }
    if (Number(batch.lastOffset()) >= end - 1) this.#open.delete(batch.partition)
    return this.#open.size === 0
  }

  #add(value: Buffer, partition: number, offset: string): void {
    const release = this.#decode(value, partition, offset)
    if (release.policy === 0 || release.start + release.sizeMs <= (this.#o.since ?? Number.NEGATIVE_INFINITY)) return
    const key = releasedKey(release)
    if (!this.released.has(key)) this.released.set(key, release)
  }

  #decode(value: Buffer, partition: number, offset: string): Released {
    try {
      const w = this.#o.codec.decode(value) as unknown as WindowRecord
      return { sensor: w.sensor, start: w.start, sizeMs: w.end - w.start, policy: w.policy, status: w.status, values: { ...w.values } }
    } catch (error) {
      throw new CityError('RELEASE_UNREADABLE', `${this.#o.topic}[${partition}] at ${offset}: ${reasonOf(error)}`, { cause: error })
    }
  }
}

/** The fields of schemas/topics/windows.avsc that make a release. */
interface WindowRecord {
  readonly sensor: string
  readonly start: number
  readonly end: number
  readonly policy: number
  readonly status: 'ok' | 'no_data'
  readonly values: Record<string, number | null>
}

/** The group held no offsets, so nothing depends on it; Kafka forgets it by itself if this does not succeed. */
async function removeGroup(admin: Admin, groupId: string, log: Log): Promise<void> {
  try {
    await admin.deleteGroups([groupId])
  } catch (error) {
    log.debug({ groupId, reason: reasonOf(error) }, 'the throw-away group was not removed')
  }
}

import { CityError, reasonOf } from '@commonstream/runtime'
import type { LogPort } from '../ports/log-port.ts'
import { type Released, ReleasedMap, releasedKey } from './released-map.ts'

export { type Released, ReleasedMap, releasedKey } from './released-map.ts'

export interface ReadReleasedOptions {
  readonly kafka: Pick<LogPort, 'readToEnd'>
  /** `city.<stream>.windows` */
  readonly topic: string
  readonly codec: { decode(bytes: Buffer): Record<string, unknown> }
  /** Releases of windows that ended by then (epoch ms) are not wanted any more; by default all are. */
  readonly since?: number
}

/**
 * What is already released of a protected stream, from its topic: every partition from the beginning to the end it had
 * at the call. Of one atom the first record counts.
 * @throws CityError `RELEASES_UNREAD` (the world's) if Kafka does not give them, `RELEASE_UNREADABLE` for a record that
 * is none: without knowing all releases nothing may be released
 */
export async function readReleased({ kafka, topic, codec, since = Number.NEGATIVE_INFINITY }: ReadReleasedOptions): Promise<ReleasedMap> {
  const released = new ReleasedMap()
  try {
    await kafka.readToEnd(topic, (partition, records) => {
      for (const { value, offset } of records) {
        if (value === null) continue
        const release = releaseOf(codec, value, `${topic}[${partition}] at ${offset}`)
        if (release.policy === 0 || release.start + release.sizeMs <= since) continue
        const key = releasedKey(release)
        if (!released.has(key)) released.set(key, release)
      }
    })
  } catch (error) {
    if (error instanceof CityError) throw error
    throw new CityError('RELEASES_UNREAD', `The releases in ${topic} could not be read`, { sort: 'world', cause: error })
  }
  return released
}

function releaseOf(codec: ReadReleasedOptions['codec'], value: Buffer, place: string): Released {
  try {
    const w = codec.decode(value) as unknown as WindowRecord
    return { sensor: w.sensor, start: w.start, sizeMs: w.end - w.start, policy: w.policy, status: w.status, values: { ...w.values } }
  } catch (error) {
    throw new CityError('RELEASE_UNREADABLE', `${place}: ${reasonOf(error)}`, { cause: error })
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

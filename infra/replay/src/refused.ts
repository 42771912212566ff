import { type City, topicCodec } from '@commonstream/schemas'
import type { TopicRecord } from '@commonstream/runtime'

/** A message in quarantine (schemas/topics/quarantine.avsc) and where it lies there. */
export interface Refused {
  readonly stream: string
  readonly sensor: string
  readonly reason: string
  readonly at: number
  readonly mqttTopic: string | null
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: number | null
  readonly length: number
  readonly bytes: Buffer | null
  /** Partition and offset in the quarantine topic. */
  readonly quarantined: string
}

/** Reads the quarantine's records. @throws CodecFault for one that is none */
export function refusedOf(city: City, records: readonly TopicRecord[]): Refused[] {
  const codec = topicCodec(city, 'quarantine')
  return records.flatMap(({ partition, message }) => {
    if (message.value === null) return []
    return [{ ...(codec.decode(message.value) as unknown as Omit<Refused, 'quarantined'>), quarantined: `${partition}/${message.offset}` }]
  })
}

/**
 * The place of the original: its record in the events topic, which a replayed chunk refuses anew at the same place; for
 * a message that never got there, its place in the quarantine.
 */
export function placeOf(r: Refused): string {
  return r.topic === null ? `quarantine/${r.quarantined}` : `${r.topic}/${r.partition}/${r.offset}`
}

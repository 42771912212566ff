import type { City } from '../contract/stream.ts'
import { CodecFault } from './codec-fault.ts'
import { decodeWhole } from './event-codec.ts'
import { frameId, framedEncoder } from './framing.ts'
import { typeOf } from './type-of.ts'

export type SharedTopic = 'windows' | 'alerts' | 'quarantine'

export interface TopicCodec {
  readonly schemaId: number
  /** @throws TypeError for a value that is not of the schema */
  encode(value: Record<string, unknown>): Buffer
  /** @throws CodecFault */
  decode(bytes: Buffer): Record<string, unknown>
}

/** The codec of a shared topic's values (schemas/topics): Confluent-framed Avro, times as epoch milliseconds. */
export function topicCodec(city: Pick<City, 'topics'>, name: SharedTopic): TopicCodec {
  const topic = city.topics.get(name)
  if (topic === undefined) throw new Error(`The city has no schema of the topic ${name}`)
  const type = typeOf(topic.avro)
  const write = framedEncoder(type, topic.schemaId)
  return {
    schemaId: topic.schemaId,
    encode: write,
    decode(bytes) {
      const id = frameId(bytes)
      if (id !== topic.schemaId) throw new CodecFault('unknown_schema', `schema id ${id} is not of the topic ${name}`)
      return decodeWhole(type, bytes, undefined) as Record<string, unknown>
    },
  }
}

import type { City } from '../contract/stream.ts'
import { ALERTS_TOPIC, eventsTopic, INTERNAL_ALERTS_TOPIC, QUARANTINE_TOPIC, windowsTopic } from './names.ts'

/** A version of a subject; versions count from 1, ids are the city's. */
export interface RegisteredVersion {
  readonly subject: string
  readonly version: number
  readonly id: number
  readonly avro: object
}

/**
 * The city's Avro schemas as a schema registry has them: a subject `<topic>-value` per topic of Avro values, its versions
 * in the order of their ids, the one that is written now last.
 */
export function registryOf(city: City): RegisteredVersion[] {
  const shared = (topic: string, name: string): RegisteredVersion[] => {
    const { schemaId: id, avro } = city.topics.get(name) as { schemaId: number; avro: object }
    return [{ subject: `${topic}-value`, version: 1, id, avro }]
  }
  return [
    ...city.streams.flatMap((stream) => {
      const earlier = [...stream.versions.keys()].filter((id) => id !== stream.schemaId).sort((a, b) => a - b)
      const events = [...earlier, stream.schemaId].map((id, i) => ({
        ...{ subject: `${eventsTopic(stream.name)}-value`, version: i + 1, id },
        avro: stream.versions.get(id) as object,
      }))
      return [...events, ...shared(windowsTopic(stream.name), 'windows')]
    }),
    ...shared(ALERTS_TOPIC, 'alerts'),
    ...shared(INTERNAL_ALERTS_TOPIC, 'alerts'),
    ...shared(QUARANTINE_TOPIC, 'quarantine'),
  ]
}

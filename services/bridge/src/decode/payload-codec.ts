import type { Stream } from '@commonstream/schemas'
import { payloadDecoderOf } from '@commonstream/schemas/decode/payload-decoder.ts'
import { type Reading, Refused } from '@commonstream/schemas/decode/reading.ts'
import { named } from './named.ts'
import { Refusal } from './refusal.ts'
import type { Find } from './register.ts'
import { Stray, Taken } from './taken.ts'

type Item = Taken | Stray | Refusal

/**
 * The readings of a payload that arrived for `sensor`, or, where it is null, for the sensors that it names: then
 * `speaker` must be each one's gateway or the sensor itself; null where anybody may speak for all.
 */
export type PayloadCodec = (payload: Buffer, sensor: string | null, speaker: string | null) => readonly Item[] | Refusal

const ANOTHER = new Refusal('not_yours', 'the payload is of another sensor than the topic')

/** The codec of a stream whose contract names a decoder; null where it names none that there is. */
export function payloadCodec(stream: Pick<Stream, 'source' | 'time' | 'properties' | 'sensors'>, find: Find): PayloadCodec | null {
  const decoder = payloadDecoderOf(stream)
  if (decoder === null) return null
  const deviceOf = (name: string): string | null => {
    const known = find(name)
    return 'refusal' in known ? null : known.device
  }
  const registered = new Map(stream.sensors.flatMap((s) => [...s.aliases, s.id].map((id) => [id, s.id] as const)))
  const owned = (reading: Reading, sensor: string | null, speaker: string | null): Item => {
    const { values, at, boot, seq, dated, dropped } = reading
    const fields = { ...values, at, boot, seq }
    if (sensor === null) return named({ find, speaker, name: reading.sensor, fields, dated, dropped })
    // A name that the register does not have, such as a DevEUI, is no contradiction.
    const other = reading.sensor === null ? undefined : registered.get(reading.sensor)
    return other === undefined || other === sensor ? new Taken(sensor, fields, dated, dropped) : new Stray(other, fields, ANOTHER)
  }
  return (payload, sensor, speaker) => {
    const decoded = decoder.decode(payload, sensor === null ? deviceOf : deviceOf(sensor))
    if (decoded instanceof Refused) return new Refusal(decoded.reason, decoded.detail)
    return decoded.map((item) => (item instanceof Refused ? new Refusal(item.reason, item.detail) : owned(item, sensor, speaker)))
  }
}

import type { Stream } from '@commonstream/schemas'
import { payloadDecoderOf } from '@commonstream/schemas/decode/payload-decoder.ts'
import { type Reading, Refused } from '@commonstream/schemas/decode/reading.ts'
import { Refusal } from './refusal.ts'

/** A decoded reading with whose it is, ready to be judged. */
export class Taken {
  /** Its values, `at`, `boot` and `seq` as the `json` codec has them. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly sensor: string
  /** Whether `at` is the sensor's own word. */
  readonly dated: boolean

  constructor(sensor: string, { values, at, boot, seq, dated }: Reading) {
    this.fields = { ...values, at, boot, seq }
    this.sensor = sensor
    this.dated = dated
  }
}

/** The readings of a payload that arrived for `sensor`, or, where it is null, for the sensors that it names. */
export type PayloadCodec = (payload: Buffer, sensor: string | null) => readonly (Taken | Refusal)[] | Refusal

const ANOTHER = new Refusal('not_yours', 'the payload is of another sensor than the topic')
const UNKNOWN = new Refusal('unregistered', 'the payload names a sensor that is not in the register')

/** The codec of a stream whose contract names a decoder; null where it names none that there is. */
export function payloadCodec(stream: Pick<Stream, 'source' | 'time' | 'properties' | 'sensors'>): PayloadCodec | null {
  const decoder = payloadDecoderOf(stream)
  if (decoder === null) return null
  const register = new Map(stream.sensors.flatMap((s) => [...s.aliases, s.id].map((id) => [id, s.id] as const)))
  const devices = new Map(stream.sensors.map((s) => [s.id, s.device ?? null]))
  const owned = (reading: Reading, sensor: string | null): Taken | Refusal => {
    const named = reading.sensor === null ? undefined : register.get(reading.sensor)
    if (sensor === null) return named === undefined ? UNKNOWN : new Taken(named, reading)
    // A name that the register does not have, such as a DevEUI, is no contradiction.
    return named === undefined || named === sensor ? new Taken(sensor, reading) : ANOTHER
  }
  return (payload, sensor) => {
    const decoded = decoder.decode(payload, sensor === null ? null : (devices.get(sensor) ?? null))
    if (decoded instanceof Refused) return new Refusal(decoded.reason, decoded.detail)
    return decoded.map((item) => (item instanceof Refused ? new Refusal(item.reason, item.detail) : owned(item, sensor)))
  }
}

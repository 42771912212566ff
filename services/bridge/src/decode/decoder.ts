import type { EventRecord, Stream } from '@commonstream/schemas'
import { CityError } from '@commonstream/runtime'
import { idPart } from './event-id.ts'
import { readJson } from './json-codec.ts'
import { payloadCodec, Taken } from './payload-codec.ts'
import { readingOf } from './reading.ts'
import { Refusal } from './refusal.ts'

/** One refused reading with what may be kept of it: its own bytes, or the whole message's where it stood alone. */
export interface RefusedReading {
  readonly refusal: Refusal
  readonly bytes: Buffer
}

/** What became of a payload. Every reading of it is in `events` or in `refused`. */
export interface Decoded {
  readonly events: readonly EventRecord[]
  readonly refused: readonly RefusedReading[]
  /** Names of the fields that were dropped because no schema declares them, once per occurrence. */
  readonly dropped: readonly string[]
}

/**
 * Reads a payload that arrived for a sensor at `now`, or for the sensors that it names itself (`sensor` null: a poll).
 * Never throws for what is in it.
 */
export type Decode = (payload: Buffer, sensor: string | null, sensorPart: string, now: number) => Decoded

const NOBODY = new Refusal('unregistered', 'the payload does not say whose reading it is')

const NO_EVENTS: readonly EventRecord[] = []
const NO_REFUSALS: readonly RefusedReading[] = []
const NO_NAMES: readonly string[] = []

/**
 * A stream's decoder: the codec of its contract, then the judge of its readings.
 * @throws CityError `CODEC_UNKNOWN` for a codec that this bridge does not have
 */
export function decoderOf(stream: Pick<Stream, 'name' | 'avro' | 'properties' | 'time' | 'source' | 'sensors'>): Decode {
  const codec = stream.source.codec === 'json' ? readJson : payloadCodec(stream)
  if (codec === null)
    throw new CityError(
      'CODEC_UNKNOWN',
      `The contract of ${stream.name} names the codec "${stream.source.codec}", which this bridge does not have`,
    )
  let dropped: string[] | null = null
  const read = readingOf(stream, (name) => {
    dropped ??= []
    dropped.push(name)
  })
  const judge = (reading: unknown, sensor: string | null, sensorPart: string, now: number): EventRecord | Refusal => {
    if (reading instanceof Refusal) return reading
    if (!(reading instanceof Taken)) return sensor === null ? NOBODY : read(reading, sensor, sensorPart, now)
    const own = reading.sensor === sensor ? sensorPart : idPart(reading.sensor)
    return read(reading.fields, reading.sensor, own, now, reading.dated)
  }
  return function decode(payload, sensor, sensorPart, now) {
    const readings = codec(payload, sensor)
    if (readings instanceof Refusal) return { events: NO_EVENTS, refused: [{ refusal: readings, bytes: payload }], dropped: NO_NAMES }
    dropped = null
    const events: EventRecord[] = []
    let refused: RefusedReading[] | null = null
    for (let i = 0; i < readings.length; i++) {
      const result = judge(readings[i], sensor, sensorPart, now)
      if (!(result instanceof Refusal)) events.push(result)
      else if (readings.length === 1) refused = [{ refusal: result, bytes: payload }]
      else {
        refused ??= []
        refused.push({
          refusal: new Refusal(result.reason, `reading ${i + 1}: ${result.detail}`),
          bytes: bytesOf(readings[i]),
        })
      }
    }
    return { events, refused: refused ?? NO_REFUSALS, dropped: dropped ?? NO_NAMES }
  }
}

/** What quarantine keeps of one reading among several: as it would be in `json`. */
function bytesOf(reading: unknown): Buffer {
  if (reading instanceof Refusal) return Buffer.alloc(0)
  return Buffer.from(JSON.stringify(reading instanceof Taken ? reading.fields : reading))
}

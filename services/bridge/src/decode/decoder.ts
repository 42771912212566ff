import type { EventRecord, Stream } from '@commonstream/schemas'
import { CityError } from '@commonstream/runtime'
import { idPart } from './event-id.ts'
import { readJson } from './json-codec.ts'
import { named } from './named.ts'
import { payloadCodec } from './payload-codec.ts'
import { readingOf } from './reading.ts'
import { Refusal } from './refusal.ts'
import { registerOf } from './register.ts'
import { Stray, Taken } from './taken.ts'

/** One refused reading with what may be kept of it: its own bytes, or the whole message's where it stood alone. */
export interface RefusedReading {
  readonly refusal: Refusal
  readonly bytes: Buffer
  /** Whose it is as far as its payload says so and that may be kept; null where it says nothing. */
  readonly sensor: string | null
  /** Its place among the readings of the payload, from 0; null where the whole payload was refused. */
  readonly index: number | null
}

/** What became of a payload. Every reading of it is in `events` or in `refused`. */
export interface Decoded {
  readonly events: readonly EventRecord[]
  readonly refused: readonly RefusedReading[]
  /** Names of the fields that were dropped because no schema declares them, once per occurrence. */
  readonly dropped: readonly string[]
}

/**
 * Reads a payload that arrived for a sensor at `now`, or for the sensors that it names itself (`sensor` null: a gateway,
 * a platform, a poll), of which `speaker` must be the gateway (null: anybody may speak for all). Never throws for what
 * is in it.
 */
export type Decode = (payload: Buffer, sensor: string | null, sensorPart: string, now: number, speaker?: string | null) => Decoded

const NO_EVENTS: readonly EventRecord[] = []
const NO_REFUSALS: readonly RefusedReading[] = []
const NO_NAMES: readonly string[] = []
const NO_OBJECT = new Refusal('invalid', 'not an object')

/**
 * A stream's decoder: the codec of its contract, then the judge of its readings.
 * @param own reads the readings in the stream's own names (`json`), whatever codec the contract names
 * @throws CityError `CODEC_UNKNOWN` for a codec that this bridge does not have
 */
export function decoderOf(
  stream: Pick<Stream, 'name' | 'avro' | 'properties' | 'time' | 'source' | 'sensors'>,
  { own: isOwn = false }: { own?: boolean } = {},
): Decode {
  const find = registerOf(stream)
  const codec = isOwn || stream.source.codec === 'json' ? readJson : payloadCodec(stream, find)
  if (codec === null)
    throw new CityError(
      'CODEC_UNKNOWN',
      `The contract of ${stream.name} names the codec "${stream.source.codec}", which this bridge does not have`,
    )
  let dropped: string[] | null = null
  const drop = (name: string) => {
    dropped ??= []
    dropped.push(name)
  }
  const read = readingOf(stream, drop)
  /** A reading with whose it is, where its topic does not say it already. */
  const owned = (reading: unknown, sensor: string | null, speaker: string | null): unknown => {
    if (sensor !== null || reading instanceof Refusal || reading instanceof Taken || reading instanceof Stray) return reading
    if (typeof reading !== 'object' || reading === null || Array.isArray(reading)) return NO_OBJECT
    const { sensor: name, ...fields } = reading as Record<string, unknown>
    return named({ find, speaker, name: typeof name === 'string' || typeof name === 'number' ? String(name) : null, fields })
  }
  const judge = (own: unknown, sensor: string | null, sensorPart: string, now: number): EventRecord | Refusal => {
    if (own instanceof Refusal) return own
    if (own instanceof Stray) return own.refusal
    if (!(own instanceof Taken)) return read(own, sensor as string, sensorPart, now)
    for (const name of own.dropped) drop(name)
    return read(own.fields, own.sensor, own.sensor === sensor ? sensorPart : idPart(own.sensor), now, own.dated)
  }
  return function decode(payload, sensor, sensorPart, now, speaker = null) {
    const readings = codec(payload, sensor, speaker)
    if (readings instanceof Refusal)
      return { events: NO_EVENTS, refused: [{ refusal: readings, bytes: payload, sensor: null, index: null }], dropped: NO_NAMES }
    dropped = null
    const events: EventRecord[] = []
    let refused: RefusedReading[] | null = null
    for (let i = 0; i < readings.length; i++) {
      const own = owned(readings[i], sensor, speaker)
      const result = judge(own, sensor, sensorPart, now)
      if (!(result instanceof Refusal)) events.push(result)
      else {
        refused ??= []
        refused.push(refusedReading(result, own, readings[i], i, readings.length === 1 ? payload : null))
      }
    }
    return { events, refused: refused ?? NO_REFUSALS, dropped: dropped ?? NO_NAMES }
  }
}

/** @param alone the whole payload, where the reading is all there is in it */
function refusedReading(refusal: Refusal, own: unknown, reading: unknown, index: number, alone: Buffer | null): RefusedReading {
  const sensor = own instanceof Taken || own instanceof Stray ? own.sensor : null
  if (alone !== null) return { refusal, bytes: alone, sensor, index }
  return { refusal: new Refusal(refusal.reason, `reading ${index + 1}: ${refusal.detail}`), bytes: bytesOf(reading), sensor, index }
}

/** What quarantine keeps of one reading among several: as it would be in `json`. */
function bytesOf(reading: unknown): Buffer {
  if (reading instanceof Refusal) return Buffer.alloc(0)
  if (reading instanceof Taken) return Buffer.from(JSON.stringify({ sensor: reading.sensor, ...reading.fields }))
  return Buffer.from(JSON.stringify(reading instanceof Stray ? reading.fields : reading))
}

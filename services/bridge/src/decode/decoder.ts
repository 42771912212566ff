import type { EventRecord, Stream } from '@commonstream/schemas'
import { CityError } from '@commonstream/runtime'
import { readJson } from './json-codec.ts'
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

/** Reads a payload that arrived for a sensor at `now`. Never throws for what is in it. */
export type Decode = (payload: Buffer, sensor: string, sensorPart: string, now: number) => Decoded

type Codec = (payload: Buffer) => readonly unknown[] | Refusal

const CODECS: ReadonlyMap<string, Codec> = new Map([['json', readJson]])

const NO_EVENTS: readonly EventRecord[] = []
const NO_REFUSALS: readonly RefusedReading[] = []
const NO_NAMES: readonly string[] = []

/**
 * A stream's decoder: the codec of its contract, then the judge of its readings.
 * @throws CityError `CODEC_UNKNOWN` for a codec that this bridge does not have
 */
export function decoderOf(stream: Pick<Stream, 'name' | 'avro' | 'properties' | 'time' | 'source'>): Decode {
  const codec = CODECS.get(stream.source.codec)
  if (codec === undefined)
    throw new CityError(
      'CODEC_UNKNOWN',
      `The contract of ${stream.name} names the codec "${stream.source.codec}", which this bridge does not have`,
    )
  let dropped: string[] | null = null
  const read = readingOf(stream, (name) => {
    dropped ??= []
    dropped.push(name)
  })
  return function decode(payload, sensor, sensorPart, now) {
    const readings = codec(payload)
    if (readings instanceof Refusal) return { events: NO_EVENTS, refused: [{ refusal: readings, bytes: payload }], dropped: NO_NAMES }
    dropped = null
    const events: EventRecord[] = []
    let refused: RefusedReading[] | null = null
    for (let i = 0; i < readings.length; i++) {
      const result = read(readings[i], sensor, sensorPart, now)
      if (!(result instanceof Refusal)) events.push(result)
      else if (readings.length === 1) refused = [{ refusal: result, bytes: payload }]
      else {
        refused ??= []
        refused.push({
          refusal: new Refusal(result.reason, `reading ${i + 1}: ${result.detail}`),
          bytes: Buffer.from(JSON.stringify(readings[i])),
        })
      }
    }
    return { events, refused: refused ?? NO_REFUSALS, dropped: dropped ?? NO_NAMES }
  }
}

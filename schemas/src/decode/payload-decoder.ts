import { csvReadings } from '../../decoders/formats/csv.ts'
import { gbfsStationStatus } from '../../decoders/formats/gbfs-station-status.ts'
import { geojsonFeatures } from '../../decoders/formats/geojson.ts'
import { recordReadings } from '../../decoders/formats/records.ts'
import { seoulSdot } from '../../decoders/formats/seoul-sdot.ts'
import type { Stream } from '../contract/stream.ts'
import { checkedReadings } from './checked-readings.ts'
import { ContainedDecoder } from './contained/contained-decoder.ts'
import type { Limits } from './contained/limits.ts'
import { DEVICES } from './devices.ts'
import { limitReadings } from './limit-readings.ts'
import { readEnvelope } from './lorawan.ts'
import { type Mapping, mapped } from './mapping.ts'
import { mappingOf } from './mapping-of.ts'
import { type Decoded, Refused } from './reading.ts'
import type { Uplink, UplinkResult } from './uplink.ts'
import { uplinkReadings } from './uplink-readings.ts'

/** The kind of the device that a payload names; null where the register does not say. */
export type DeviceOf = (deviceId: string) => string | null

/** Reads the payloads of one stream. */
export interface PayloadDecoder {
  /**
   * The readings of a payload, under the stream's names. Never throws for what is in it.
   * @param device the sensor's kind by the register, null where it does not say (`codec: lorawan`); a function, where the
   *   payload itself says which device it is of
   */
  decode(payload: Uint8Array, device: DeviceOf | string | null): Decoded
  /** Ends what it runs. */
  close(): Promise<void>
}

/** A decoder that a city wrote itself: its file, and the folder of schemas that it may read. */
export interface OwnDecoder {
  readonly file: string
  readonly city: string
  readonly limits?: Limits
}

/** The decoder of a stream, by its contract. Null for `json`, which needs none. */
export function payloadDecoderOf(stream: Pick<Stream, 'source' | 'time' | 'properties'>): PayloadDecoder | null {
  return payloadDecoder(stream.source.codec, mappingOf(stream), stream.source.decoder ?? null)
}

type Format = (payload: Uint8Array, mapping: Mapping) => Decoded

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['csv', csvReadings],
  ['geojson', geojsonFeatures],
  ['records', recordReadings],
  ['gbfs-station-status', (payload, mapping) => renamed(gbfsStationStatus(payload, mapping), mapping)],
  ['seoul-sdot', (payload, mapping) => renamed(seoulSdot(payload, mapping), mapping)],
])

/** Bytes of a network server's message, which lists every gateway, and of a poll or a file. */
const MOST_UPLINK = 131_072
const MOST_PAYLOAD = 16_777_216

/** Whether a codec of a contract names a decoder that comes with the project. */
export function isBuiltIn(codec: string): boolean {
  return codec === 'lorawan' || DEVICES.has(codec) || FORMATS.has(codec)
}

/**
 * The decoder that a contract's codec names: `lorawan` (each sensor's device by the register or the mapping), a device,
 * a format, or the city's own. Those that come with the project are reviewed and run here, on payloads of limited size;
 * a city's own runs contained.
 * @returns null where the codec names none
 */
export function payloadDecoder(codec: string, mapping: Mapping, own: OwnDecoder | null): PayloadDecoder | null {
  const format = FORMATS.get(codec)
  if (format !== undefined) return ours(MOST_PAYLOAD, (payload) => format(payload, mapping))
  const named = DEVICES.get(codec)
  if (named !== undefined) return ours(MOST_UPLINK, (payload) => uplink(payload, mapping, () => named.decodeUplink))
  if (own !== null) return codec === 'lorawan' ? ownUplinks(own, mapping) : ownPayloads(own, mapping)
  if (codec !== 'lorawan') return null
  return ours(MOST_UPLINK, (payload, device) =>
    uplink(payload, mapping, (id) => {
      const known = DEVICES.get(kindOf(device, id) ?? mapping.device ?? '')
      return known?.decodeUplink ?? (() => new Refused('undecodable', "the sensor's device has no decoder"))
    }),
  )
}

function kindOf(device: DeviceOf | string | null, id: string): string | null {
  return typeof device === 'function' ? device(id) : device
}

type Decode = (uplink: Uplink) => UplinkResult | Refused

/** @param decoderOf the decoder of a device, by the name that its network server gives it */
function uplink(payload: Uint8Array, mapping: Mapping, decoderOf: (deviceId: string) => Decode): Decoded {
  const envelope = readEnvelope(payload)
  if (envelope instanceof Refused) return envelope
  const result = decoderOf(envelope.deviceId)(envelope)
  return result instanceof Refused ? result : renamed(uplinkReadings(envelope, result), mapping)
}

function renamed(decoded: Decoded, mapping: Mapping): Decoded {
  return decoded instanceof Refused ? decoded : decoded.map((item) => (item instanceof Refused ? item : mapped(item, mapping)))
}

/** A decoder of ours: a payload within its size cannot take long; what it throws all the same costs that payload only. */
function ours(mostBytes: number, decode: PayloadDecoder['decode']): PayloadDecoder {
  return {
    decode(payload, device) {
      if (payload.length > mostBytes) return new Refused('too_large', `longer than ${mostBytes} bytes`)
      try {
        return limitReadings(decode(payload, device))
      } catch (error) {
        return new Refused('undecodable', `the decoder threw ${error instanceof Error ? error.name : 'something that is no Error'}`)
      }
    },
    close: () => Promise.resolve(),
  }
}

function ownUplinks({ file, city, limits }: OwnDecoder, mapping: Mapping): PayloadDecoder {
  const contained = new ContainedDecoder({ file, exported: 'decodeUplink', city, ...(limits && { limits }) })
  contained.start()
  const call = ({ bytes, fPort }: Uplink) => {
    const answer = contained.call(Uint8Array.from(bytes), { fPort, zone: mapping.zone })
    return answer instanceof Refused ? answer : uplinkResult(answer.result)
  }
  return {
    decode(payload, device) {
      if (payload.length > MOST_UPLINK) return new Refused('too_large', `longer than ${MOST_UPLINK} bytes`)
      return limitReadings(uplink(payload, mapping, (id) => DEVICES.get(kindOf(device, id) ?? '')?.decodeUplink ?? call))
    },
    close: () => contained.close(),
  }
}

function uplinkResult(result: unknown): UplinkResult | Refused {
  const { data, errors } = (result ?? {}) as { data?: unknown; errors?: unknown }
  if (Array.isArray(errors) && errors.length > 0) return { errors: errors as string[] }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { data: data as Record<string, unknown> }
  return new Refused('undecodable', 'the decoder gave neither data nor errors')
}

function ownPayloads({ file, city, limits }: OwnDecoder, mapping: Mapping): PayloadDecoder {
  const contained = new ContainedDecoder({ file, exported: 'decode', city, ...(limits && { limits }) })
  contained.start()
  return {
    decode(payload) {
      const answer = contained.call(payload, { zone: mapping.zone })
      return limitReadings(answer instanceof Refused ? answer : renamed(checkedReadings(answer.result), mapping))
    },
    close: () => contained.close(),
  }
}

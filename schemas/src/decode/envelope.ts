import { instantOf } from './instants.ts'
import { type Json, objectsOf } from './json.ts'
import { Refused } from './reading.ts'

/** One uplink as a network server hands it on. How well which gateway heard it is not ours to keep. */
export interface Envelope {
  /** DevEUI in small hexadecimal digits, or the name that the network server gave the device. */
  readonly deviceId: string
  /** What changes when the device joins anew and counts from 0 again; null where the envelope does not tell. */
  readonly session: string | null
  readonly fPort: number
  /** The device's frame counter; null where the envelope does not tell. */
  readonly fCnt: number | null
  readonly bytes: Uint8Array
  /** When the network received it, epoch ms; null where no usable time is given. */
  readonly receivedAt: number | null
  /** How many gateways heard it. */
  readonly gateways: number
}

/** Reads one network server's message: null if it is another's, refused if it is this one's but no usable uplink. */
export type ParseEnvelope = (message: Json) => Envelope | Refused | null

/** The fields of an envelope as a network server wrote them. */
export interface RawEnvelope {
  readonly deviceId: unknown
  readonly session: unknown
  readonly fPort: unknown
  readonly fCnt: unknown
  readonly payload: unknown
  readonly encoding: 'base64' | 'hex'
  /** The first usable one is taken. */
  readonly times: readonly unknown[]
  readonly gateways: readonly unknown[]
}

const LONGEST_NAME = 128
const MOST_BYTES = 242

/** An envelope of checked fields, or what is wrong with them. */
export function envelopeOf(raw: RawEnvelope): Envelope | Refused {
  const deviceId = nameOf(raw.deviceId)
  if (deviceId === null) return new Refused('undecodable', 'the uplink names no device')
  if (!isWhole(raw.fPort, 255)) return new Refused('undecodable', 'the uplink has no port: it carries no readings')
  const fCnt = raw.fCnt ?? null
  if (fCnt !== null && !isWhole(fCnt, 0xffff_ffff)) return new Refused('undecodable', 'the frame counter is none')
  const bytes = bytesOf(raw.payload, raw.encoding)
  if (bytes === null) return new Refused('undecodable', `the payload is not ${raw.encoding}`)
  if (bytes.length === 0) return new Refused('invalid', 'the uplink has no payload')
  if (bytes.length > MOST_BYTES) return new Refused('too_large', 'the payload is longer than LoRaWAN carries')
  const receivedAt = raw.times.map((time) => instantOf(time, null)).find((ms) => ms !== null) ?? null
  const gateways = new Set(raw.gateways).size
  return { deviceId, session: nameOf(raw.session), fPort: raw.fPort as number, fCnt: fCnt as number | null, bytes, receivedAt, gateways }
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most
}

/** A short text; a DevEUI in small digits, one in base64 (ChirpStack 3) as hexadecimal. */
function nameOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_NAME) return null
  if (/^[0-9a-f]{16}$/i.test(value)) return value.toLowerCase()
  return /^[A-Za-z0-9+/]{11}=$/.test(value) ? Buffer.from(value, 'base64').toString('hex') : value
}

function bytesOf(value: unknown, encoding: 'base64' | 'hex'): Uint8Array | null {
  if (value === undefined || value === null) return new Uint8Array()
  if (typeof value !== 'string' || value.length > 4 * MOST_BYTES) return null
  if (encoding === 'hex') return /^(?:[0-9a-f]{2})*$/i.test(value) ? Buffer.from(value, 'hex') : null
  return /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0 ? Buffer.from(value, 'base64') : null
}

/** One field of each object in a list. */
export function each(list: unknown, ...names: readonly string[]): readonly unknown[] {
  return objectsOf(list).map((item) => names.map((name) => item[name]).find((value) => value !== undefined))
}

/** The earliest of some times, as they can be compared: those that are instants. */
export function earliest(times: readonly unknown[]): number | null {
  const instants = times.map((time) => instantOf(time, null)).filter((ms) => ms !== null)
  return instants.length === 0 ? null : Math.min(...instants)
}

import type { Value } from '../../src/decode/reading.ts'
import { type DecodeUplink, hex, type Measured, refuse, uplinkDecoder } from '../../src/decode/uplink.ts'
import { code, type FieldSpec, lengthOf, piece, readAll, skip, u8, type Values } from './field-spec.ts'

/** What a payload of channels amounts to while it is read. `values` may also hold settings. */
export interface Gathered {
  readonly values: Record<string, unknown>
  readonly history: Measured[]
}

/** Reads a channel's data at a place and says how many bytes it took; -1 where there are too few. */
export type ReadChannel = (view: DataView, at: number, gathered: Gathered) => number

/** One channel: pieces of fixed length, or what reads it. */
export type Channel = readonly FieldSpec[] | ReadChannel

const text = (length: number, name: string, of: (bytes: number[]) => string): readonly FieldSpec[] => [
  piece(length, (view, at, into) => {
    into[name] = of(Array.from({ length }, (_, i) => view.getUint8(at + i)))
  }),
]
const serial = (bytes: number[]) => bytes.map((b) => b.toString(16).padStart(2, '0')).join('')

/** What every Milesight device says of itself, mostly when it joins. */
const ATTRIBUTES: Readonly<Record<string, Channel>> = {
  'ff 01': [u8('protocol_version')],
  'ff 08': text(6, 'serial_number', serial),
  'ff 09': text(2, 'hardware_version', ([major, minor]) => `${major}.${(minor as number) >> 4}`),
  'ff 0a': text(2, 'firmware_version', (bytes) => bytes.map((b) => b.toString(16)).join('.')),
  'ff 0b': [piece(1, (_, __, into) => void (into.device_status = 'on'))],
  'ff 0f': [code('lorawan_class', { 0: 'A', 1: 'B', 2: 'C', 3: 'C to B' })],
  'ff 16': text(8, 'serial_number', serial),
  'ff 1f': text(4, 'firmware_version', (bytes) => bytes.join('.')),
  'ff fe': [skip(1)],
  'ff ff': text(2, 'tsl_version', (bytes) => bytes.map((b) => b.toString(16)).join('.')),
}

/** The names of `ATTRIBUTES`, with their units. */
export const ATTRIBUTE_FIELDS = {
  protocol_version: '1',
  serial_number: '1',
  hardware_version: '1',
  firmware_version: '1',
  device_status: '1',
  lorawan_class: '1',
  tsl_version: '1',
} as const

/** An earlier reading: seconds since 1970, then its pieces. */
export function past(...specs: readonly FieldSpec[]): ReadChannel {
  const length = 4 + lengthOf(specs)
  return (view, at, { history }) => {
    if (at + length > view.byteLength) return -1
    const values: Record<string, Value> & { at: number } = { at: view.getUint32(at, true) * 1_000 }
    readAll(specs, view, at + 4, values)
    history.push(values)
    return length
  }
}

/**
 * Decodes Milesight's payloads: channel id, type, data, and again. A channel that a device does not have ends it, for
 * nobody knows how long it is.
 * @param channels by id and type, such as `'03 67'`
 */
export function milesight(channels: Readonly<Record<string, Channel>>): DecodeUplink {
  const known = new Map(
    Object.entries({ ...ATTRIBUTES, ...channels }).map(([key, channel]) => [Number.parseInt(key.replace(' ', ''), 16), channel]),
  )
  return uplinkDecoder(function readChannels(view) {
    const gathered: Gathered = { values: {}, history: [] }
    let at = 0
    while (at < view.byteLength) {
      if (at + 2 > view.byteLength) return refuse('a channel without its type at the end')
      const [id, type] = [view.getUint8(at), view.getUint8(at + 1)]
      const channel = known.get(id * 256 + type)
      if (channel === undefined) return refuse(`channel ${hex(id)} ${hex(type)} at byte ${at} is not one of this device`)
      const taken = take(channel, view, at + 2, gathered)
      if (taken < 0) return refuse(`channel ${hex(id)} ${hex(type)} at byte ${at} is cut off`)
      at += 2 + taken
    }
    return { data: gathered.history.length > 0 ? { ...gathered.values, history: gathered.history } : gathered.values }
  })
}

function take(channel: Channel, view: DataView, at: number, gathered: Gathered): number {
  if (typeof channel === 'function') return channel(view, at, gathered)
  const length = lengthOf(channel)
  if (at + length > view.byteLength) return -1
  readAll(channel, view, at, gathered.values as Values)
  return length
}

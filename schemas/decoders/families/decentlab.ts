import { type DecodeUplink, hex, refuse, type UplinkData, uplinkDecoder, wrongLength } from '../../src/decode/uplink.ts'

/** What one bit of the flags announces: so many 16-bit words, and what they say. */
export interface Group {
  readonly words: number
  read(words: readonly number[]): Readonly<Record<string, number>>
}

/** What every Decentlab payload says besides its groups. */
export const HEADER_FIELDS = { protocol_version: '1', device_id: '1' } as const

const HEADER_BYTES = 5
const VERSION = 2

/**
 * Decodes Decentlab's payloads (protocol version 2, big-endian): version, device id, flags, then the words of each
 * group whose flag is set, the lowest first. Its length is therefore known from its flags.
 */
export function decentlab(groups: readonly Group[]): DecodeUplink {
  return uplinkDecoder(function readGroups(view) {
    if (view.byteLength < HEADER_BYTES) return wrongLength(view, `at least ${HEADER_BYTES}`)
    const version = view.getUint8(0)
    if (version !== VERSION) return refuse(`protocol version ${version}, not ${VERSION}`)
    const flags = view.getUint16(3)
    if (flags >> groups.length !== 0) return refuse(`flags ${hex(flags)} announce what this device does not have`)
    const present = groups.filter((_, bit) => ((flags >> bit) & 1) === 1)
    const length = present.reduce((sum, group) => sum + 2 * group.words, HEADER_BYTES)
    if (view.byteLength !== length) return wrongLength(view, String(length))
    const data: Record<string, number> = { protocol_version: version, device_id: view.getUint16(1) }
    let at = HEADER_BYTES
    for (const group of present) {
      const words = Array.from({ length: group.words }, (_, i) => view.getUint16(at + 2 * i))
      Object.assign(data, group.read(words))
      at += 2 * group.words
    }
    return { data: data satisfies UplinkData }
  })
}

/** The supply, in every Decentlab device. */
export const battery: Group = { words: 1, read: ([millivolts = 0]) => ({ battery_voltage: millivolts / 1_000 }) }

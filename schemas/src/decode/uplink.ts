import type { Value } from './reading.ts'

/** What a LoRaWAN device sent, in the shape of The Things Stack's payload formatters. */
export interface Uplink {
  readonly bytes: ArrayLike<number>
  readonly fPort: number
}

/** Values of one instant. `at` (epoch ms) only where the device itself says when. */
export type Measured = Readonly<Record<string, Value>> & { readonly at?: number }

/**
 * What a device said. Measured values by name; `history` holds earlier ones, each with the device's own `at`.
 * Lists and objects are settings that the device reports; they are no readings.
 */
export type UplinkData = Readonly<Record<string, unknown>> & { readonly at?: number; readonly history?: readonly Measured[] }

export type UplinkResult = { readonly data: UplinkData } | { readonly errors: readonly string[] }

/** Decodes an uplink, or says why not. Never throws, whatever the bytes are. */
export type DecodeUplink = (uplink: Uplink) => UplinkResult

/** A payload decoder of one kind of device: what each file in `decoders/devices` exports. */
export interface Device {
  /** Vendor and model, for people. */
  readonly title: string
  /** Every measured name that `decodeUplink` may give, with its unit (UCUM; `1` for counts, flags and labels). */
  readonly fields: Readonly<Record<string, string>>
  readonly decodeUplink: DecodeUplink
}

/** The largest LoRaWAN application payload (LoRaWAN regional parameters), with room for none. */
const MOST_BYTES = 242

/** Reads checked bytes: 1 to 242 of them, on a port of applications. */
export type ReadUplink = (view: DataView, fPort: number) => UplinkResult

/** A `decodeUplink` that is safe to call with anything, out of a reader that may trust sizes and types. */
export function uplinkDecoder(read: ReadUplink): DecodeUplink {
  return function decodeUplink(uplink) {
    const { bytes, fPort } = uplink
    if (!Number.isInteger(fPort) || fPort < 0 || fPort > 255) return refuse('fPort is not a whole number from 0 to 255')
    const length = bytes?.length
    if (!Number.isInteger(length) || length === 0) return refuse('no bytes')
    if (length > MOST_BYTES) return refuse(`${length} bytes, more than LoRaWAN carries`)
    const view = new DataView(new ArrayBuffer(length))
    for (let i = 0; i < length; i++) {
      const byte = bytes[i]
      if (typeof byte !== 'number' || !(byte >= 0 && byte <= 255) || !Number.isInteger(byte)) return refuse(`byte ${i} is not a byte`)
      view.setUint8(i, byte)
    }
    return read(view, fPort)
  }
}

/** The result of a payload that is not understood. */
export function refuse(error: string): { readonly errors: readonly string[] } {
  return { errors: [error] }
}

/** Refuses a payload of another length than a format has. */
export function wrongLength(view: DataView, wanted: string): { readonly errors: readonly string[] } {
  return refuse(`${view.byteLength} bytes where ${wanted} are needed`)
}

/** A number as an upright "0x1f", for errors. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}

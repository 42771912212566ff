import type { Type } from 'avsc'
import { CodecFault } from './codec-fault.ts'

/** Confluent framing: a zero byte, the schema id as int32 big-endian, then the Avro binary. */
export const FRAME_BYTES = 5

const SLAB_BYTES = 64 * 1024

/**
 * An encoder that writes framed values one behind the other into a slab and hands out views of it: one allocation
 * per few hundred values. A view stays valid (the slab is left to it when full).
 * @throws TypeError for a value that is not of the schema
 */
export function framedEncoder(type: Type, schemaId: number): (value: unknown) => Buffer {
  let slab = Buffer.alloc(0) // made when there is something to write
  let start = 0
  return function encode(value: unknown): Buffer {
    for (;;) {
      const end = start + FRAME_BYTES > slab.length ? -FRAME_BYTES : type.encode(value, slab, start + FRAME_BYTES)
      if (end >= 0) {
        slab[start] = 0
        slab.writeInt32BE(schemaId, start + 1)
        const framed = slab.subarray(start, end)
        start = end
        return framed
      }
      // A negative end is the number of bytes that were missing.
      slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, slab.length - start - end + FRAME_BYTES))
      start = 0
    }
  }
}

/**
 * The schema id of a framed value.
 * @throws CodecFault `corrupt` without a frame
 */
export function frameId(bytes: Buffer): number {
  if (bytes.length < FRAME_BYTES || bytes[0] !== 0) throw new CodecFault('corrupt', 'no Confluent frame (0x00, schema id)')
  return (bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!
}

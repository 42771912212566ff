/** The identity of one released value (protocol section 8.2). Times in milliseconds, size too. */
export interface Atom {
  readonly stream: string
  readonly sensor: string
  readonly property: string
  readonly start: number
  readonly size: number
  /** The policy in force at the window's start. */
  readonly policy: number
}

const LENGTH_BYTES = 4
const NUMBER_BYTES = 8

/**
 * An atom as bytes that no other atom has: stream, sensor, property (UTF-8), start, size and policy (64-bit big-endian,
 * two's complement), each behind its length in bytes as 32-bit big-endian.
 */
export function atomBytes({ stream, sensor, property, start, size, policy }: Atom): Buffer {
  const texts = Buffer.byteLength(stream) + Buffer.byteLength(sensor) + Buffer.byteLength(property)
  const bytes = Buffer.allocUnsafe(texts + 6 * LENGTH_BYTES + 3 * NUMBER_BYTES)
  let at = 0
  at = writeText(bytes, at, stream)
  at = writeText(bytes, at, sensor)
  at = writeText(bytes, at, property)
  at = writeNumber(bytes, at, start)
  at = writeNumber(bytes, at, size)
  writeNumber(bytes, at, policy)
  return bytes
}

function writeText(bytes: Buffer, at: number, text: string): number {
  const length = bytes.write(text, at + LENGTH_BYTES)
  bytes.writeUInt32BE(length, at)
  return at + LENGTH_BYTES + length
}

function writeNumber(bytes: Buffer, at: number, number: number): number {
  bytes.writeUInt32BE(NUMBER_BYTES, at)
  bytes.writeBigInt64BE(BigInt(number), at + LENGTH_BYTES)
  return at + LENGTH_BYTES + NUMBER_BYTES
}

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

/**
 * An atom as bytes that no other atom has: stream, sensor, property (UTF-8), start, size and policy (64-bit big-endian,
 * two's complement), each behind its length in bytes as 32-bit big-endian.
 */
export function atomBytes({ stream, sensor, property, start, size, policy }: Atom): Buffer {
  const texts = [stream, sensor, property].map((text) => Buffer.from(text, 'utf8'))
  const numbers = [start, size, policy].map((number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(number))
    return bytes
  })
  return Buffer.concat(
    [...texts, ...numbers].flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
}

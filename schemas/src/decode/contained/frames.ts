const HEADER_BYTES = 4

/** A value as one frame: its JSON's length (32 bits, little-endian), then the JSON. */
export function frame(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value))
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(json.length)
  return Buffer.concat([header, json])
}

/** A stream that is not one of frames, or has one that is longer than allowed. */
export class BadFrame extends Error {}

/**
 * Cuts a stream of bytes into the values of its frames.
 * @param mostBytes of one frame; nothing longer is ever held
 * @throws BadFrame from the returned function
 */
export function frameReader(mostBytes: number, take: (value: unknown) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0)
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    while (held.length >= HEADER_BYTES) {
      const length = held.readUInt32LE(0)
      if (length > mostBytes) throw new BadFrame(`a frame of ${length} bytes`)
      if (held.length < HEADER_BYTES + length) return
      const json = held.toString('utf8', HEADER_BYTES, HEADER_BYTES + length)
      held = held.subarray(HEADER_BYTES + length)
      take(parse(json))
    }
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch (cause) {
    throw new BadFrame('a frame that is not JSON', { cause })
  }
}

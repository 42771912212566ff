export const WHOLE = 1
export const PARTIAL = 0
export const MALFORMED = -1

/** MQTT control packet types. */
export const TYPE = { CONNECT: 1, PUBLISH: 3, SUBSCRIBE: 8, UNSUBSCRIBE: 10, PINGREQ: 12 } as const

/** A fixed header, read into the same object over and over: one packet is looked at at a time. */
export class Frame {
  type = 0
  flags = 0
  /** Where the packet begins, where its body begins, and where it ends (which may lie beyond the bytes at hand). */
  start = 0
  body = 0
  end = 0

  /**
   * Reads the fixed header at `pos`: `WHOLE` or `PARTIAL` by whether the packet's last byte is there, `MALFORMED` for
   * a length of more than four bytes. `end` is 0 while not even the header is complete.
   */
  read(bytes: Buffer, pos: number): typeof WHOLE | typeof PARTIAL | typeof MALFORMED {
    const first = bytes[pos] as number
    this.type = first >> 4
    this.flags = first & 0x0f
    this.start = pos
    this.end = 0
    let length = 0
    for (let i = 0, unit = 1; i < 4; i++, unit *= 128) {
      const byte = bytes[pos + 1 + i]
      if (byte === undefined) return PARTIAL
      length += (byte & 0x7f) * unit
      if (byte < 0x80) {
        this.body = pos + 2 + i
        this.end = this.body + length
        return this.end <= bytes.length ? WHOLE : PARTIAL
      }
    }
    return MALFORMED
  }

  /** The remaining length. */
  get length(): number {
    return this.end - this.body
  }
}

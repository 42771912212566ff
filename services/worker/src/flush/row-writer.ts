/**
 * Writes rows in ClickHouse's RowBinary: typed bytes, so that no value can be taken for syntax and nothing needs
 * escaping. Columns are written in the order of the insert statement. Format: ClickHouse documentation, "RowBinary".
 */
export class RowWriter {
  #buffer: Buffer
  #at = 0
  rows = 0

  constructor(bytes = 1 << 10) {
    this.#buffer = Buffer.allocUnsafe(bytes)
  }

  get bytes(): number {
    return this.#at
  }

  /** What was written; valid until the next write. */
  get content(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  endRow(): void {
    this.rows++
  }

  u8(value: number): void {
    this.#room(1)
    this.#buffer[this.#at++] = value
  }

  bool(value: boolean): void {
    this.u8(value ? 1 : 0)
  }

  u16(value: number): void {
    this.#room(2)
    this.#at = this.#buffer.writeUInt16LE(value, this.#at)
  }

  u32(value: number): void {
    this.#room(4)
    this.#at = this.#buffer.writeUInt32LE(value, this.#at)
  }

  /** A safe integer as Int64, or as UInt64 where it is not negative. */
  i64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} does not fit a 64-bit column exactly`)
    this.#room(8)
    this.#buffer.writeUInt32LE(value >>> 0, this.#at)
    this.#buffer.writeInt32LE(Math.floor(value / 2 ** 32), this.#at + 4)
    this.#at += 8
  }

  f64(value: number): void {
    this.#room(8)
    this.#at = this.#buffer.writeDoubleLE(value, this.#at)
  }

  /** Epoch ms as DateTime64(3). */
  time(ms: number): void {
    this.i64(ms)
  }

  /** Epoch ms as DateTime. */
  seconds(ms: number): void {
    this.u32(Math.floor(ms / 1000))
  }

  /** The number of elements before those of an array or map. */
  length(value: number): void {
    this.#varint(value)
  }

  /** A string of any content, UTF-8. */
  string(value: string): void {
    const length = Buffer.byteLength(value)
    this.#varint(length)
    this.#room(length)
    this.#at += this.#buffer.write(value, this.#at)
  }

  bytesOf(value: Uint8Array): void {
    this.#varint(value.length)
    this.#room(value.length)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  /** 16 bytes in reading order as UUID: RowBinary holds each half as a little-endian 64-bit number. */
  uuid(id: Uint8Array | null): void {
    this.#room(16)
    for (let i = 0; i < 8; i++) {
      this.#buffer[this.#at + i] = id === null ? 0 : (id[7 - i] as number)
      this.#buffer[this.#at + 8 + i] = id === null ? 0 : (id[15 - i] as number)
    }
    this.#at += 16
  }

  /** The flag before a nullable value; true: null, and nothing follows. */
  isNull(value: boolean): boolean {
    this.u8(value ? 1 : 0)
    return value
  }

  nullableI64(value: number | null): void {
    if (!this.isNull(value === null)) this.i64(value as number)
  }

  /** An integer or a text in a nullable column of its type. */
  nullable(value: number | string | null): void {
    if (typeof value !== 'string') this.nullableI64(value)
    else if (!this.isNull(false)) this.string(value)
  }

  #varint(value: number): void {
    this.#room(5)
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[this.#at++] = rest
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
  }
}

/** A UUID's text as its 16 bytes. */
export function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

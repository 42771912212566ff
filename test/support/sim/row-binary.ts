import type { Column } from '@commonstream/schemas'

/** A row by column: numbers (times in epoch ms), texts, truths; null. Who asks for points knows that they are arrays of them. */
export type Row = Readonly<Record<string, Scalar>>

type Scalar = string | number | boolean | null
/** Arrays, tuples and maps (as pairs) too. */
type Value = Scalar | readonly Value[]
type Read = (bytes: Cursor) => Value

/** Walks through RowBinary. */
class Cursor {
  readonly bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Goes on by so many bytes; returns where they begin. */
  skip(size: number): number {
    const from = this.at
    this.at += size
    if (this.at > this.bytes.length) throw new Error('the rows end before a value does')
    return from
  }

  byte(): number {
    return this.bytes[this.skip(1)] as number
  }

  varint(): number {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * shift
      if (byte < 0x80) return value
    }
  }
}

/** A second reading of ClickHouse's RowBinary, from its documentation, by the types of the tables' own definition. */
export function rowReader(columns: readonly Column[], names: readonly string[]): (bytes: Buffer) => Row[] {
  const readers = names.map((name) => {
    const column = columns.find((c) => c.name === name)
    if (column === undefined) throw new Error(`the table has no column ${name}`)
    return [name, readerOf(column.type)] as const
  })
  return (bytes) => {
    const cursor = new Cursor(bytes)
    const rows: Row[] = []
    while (cursor.at < bytes.length) {
      const row: Record<string, Value> = {} // columns of arrays are few
      for (const [name, read] of readers) row[name] = read(cursor)
      rows.push(row as Row)
    }
    return rows
  }
}

function readerOf(type: string): Read {
  const inner = /^(Nullable|LowCardinality)\((.*)\)$/.exec(type)
  if (inner?.[1] === 'LowCardinality') return readerOf(inner[2] as string)
  if (inner?.[1] === 'Nullable') {
    const read = readerOf(inner[2] as string)
    return (c) => (c.byte() === 1 ? null : read(c))
  }
  const [, outer, within] = /^(Array|Map|Tuple)\((.*)\)$/.exec(type) ?? []
  if (outer !== undefined) return compound(outer, within as string)
  if (type.startsWith('Enum8')) {
    const names = new Map([...type.matchAll(/'([^']+)' = (\d+)/g)].map(([, name, number]) => [Number(number), name as string]))
    return (c) => names.get(c.byte()) ?? fail(type)
  }
  return READERS[type] ?? fail(type)
}

/** Arrays and maps have their length before them; the elements of a tuple (and of a map's pair) follow each other. */
function compound(outer: string, within: string): Read {
  if (outer === 'Array') {
    const read = readerOf(within)
    return (c) => Array.from({ length: c.varint() }, () => read(c))
  }
  const elements = within.split(/,\s*(?![^(]*\))/).map((element) => readerOf(outer === 'Tuple' ? element.replace(/^\w+ /, '') : element))
  const pair: Read = (c) => elements.map((read) => read(c))
  return outer === 'Tuple' ? pair : (c) => Array.from({ length: c.varint() }, () => pair(c))
}

const READERS: Readonly<Record<string, Read>> = {
  String(c) {
    const size = c.varint()
    const from = c.skip(size)
    return c.bytes.toString('utf8', from, from + size)
  },
  Bool: (c) => c.byte() === 1,
  UInt8: (c) => c.byte(),
  UInt16: (c) => c.bytes.readUInt16LE(c.skip(2)),
  UInt32: (c) => c.bytes.readUInt32LE(c.skip(4)),
  UInt64: (c) => Number(c.bytes.readBigUInt64LE(c.skip(8))),
  Int64: (c) => Number(c.bytes.readBigInt64LE(c.skip(8))),
  Float64: (c) => c.bytes.readDoubleLE(c.skip(8)),
  DateTime: (c) => c.bytes.readUInt32LE(c.skip(4)) * 1000,
  'DateTime64(3)': (c) => Number(c.bytes.readBigInt64LE(c.skip(8))),
  // Each half is a little-endian number.
  UUID(c) {
    const from = c.skip(16)
    const half = (at: number) =>
      c.bytes
        .readBigUInt64LE(from + at)
        .toString(16)
        .padStart(16, '0')
    return half(0) + half(8)
  },
}

function fail(type: string): never {
  throw new Error(`no reader for ${type}`)
}

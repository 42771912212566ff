import avsc from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventRecord } from '../contract/stream.ts'
import { CodecFault } from './codec-fault.ts'
import { eventCodec } from './event-codec.ts'

const HEAD = [
  { name: 'event_id', type: { type: 'fixed', name: 'EventId', size: 16 } },
  { name: 'sensor', type: 'string' },
  { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  { name: 'clamped', type: 'boolean' },
]
const record = (fields: object[]) => ({ type: 'record', name: 'Air', namespace: 'city', fields: [...HEAD, ...fields] })
const FIRST = record([{ name: 'people', type: 'int' }])
const SECOND = record([
  { name: 'people', type: 'int' },
  { name: 'temperature', type: 'double', default: 0 },
  { name: 'dust', type: ['null', 'double'], default: null },
])
const versions = new Map<number, object>([
  [7, FIRST],
  [70_000, SECOND],
])
const old = eventCodec({ schemaId: 7, avro: FIRST, versions: new Map([[7, FIRST]]) })
const now = eventCodec({ schemaId: 70_000, avro: SECOND, versions })

const event = (more: Partial<EventRecord> = {}): EventRecord => ({
  event_id: Buffer.alloc(16, 7),
  sensor: 'näher',
  at: 1_685_915_940_000,
  clamped: false,
  people: 3,
  temperature: -1.5,
  dust: null,
  ...more,
})
const plain = (e: EventRecord) => ({ ...e })
const reasonOf = (bytes: Buffer) => {
  try {
    now.decode(bytes)
  } catch (error) {
    if (error instanceof CodecFault) return error.reason
    throw error
  }
  return null
}

const events = fc.record({
  event_id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((a) => Buffer.from(a)),
  sensor: fc.string({ unit: 'grapheme' }),
  at: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
  clamped: fc.boolean(),
  people: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  temperature: fc.double({ noNaN: true, noDefaultInfinity: true }),
  dust: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
})

test('the frame is a zero byte and the schema id, then the Avro of the record', () => {
  const bytes = now.encode(event())
  expect(bytes.subarray(0, 5)).toEqual(Buffer.from([0, 0x00, 0x01, 0x11, 0x70]))
  expect(bytes.subarray(5)).toEqual(avsc.Type.forSchema(SECOND as avsc.Schema).toBuffer(event()))
})

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(events, (e) => {
      expect(plain(now.decode(now.encode(e)))).toEqual(e)
    }),
  )
})

test('what another writer of the schema makes is decoded', () => {
  const type = avsc.Type.forSchema(SECOND as avsc.Schema)
  const frame = Buffer.from([0, 0x00, 0x01, 0x11, 0x70])
  for (let i = 0; i < 200; i++) {
    const value = type.random() as unknown as EventRecord
    expect(plain(now.decode(Buffer.concat([frame, type.toBuffer(value)])))).toEqual(plain(value))
  }
})

test('encoded events stay as they are while others are encoded behind them', () => {
  const made = Array.from({ length: 5_000 }, (_, i) => now.encode(event({ people: i, sensor: 'x'.repeat(i % 97) })))
  expect(made.map((bytes) => now.decode(bytes)['people'])).toEqual(made.map((_, i) => i))
})

test('an event longer than a slab is encoded', () => {
  const sensor = 's'.repeat(200_000)
  expect(now.decode(now.encode(event({ sensor }))).sensor).toBe(sensor)
  expect(now.decode(now.encode(event())).sensor).toBe('näher')
})

test('events of an earlier version are read as the current one', () => {
  expect(plain(now.decode(old.encode(event())))).toEqual(event({ temperature: 0, dust: null }))
})

test('an id that the contract does not have is an unknown schema', () => {
  const bytes = Buffer.from(now.encode(event()))
  bytes.writeInt32BE(8, 1)
  expect(reasonOf(bytes)).toBe('unknown_schema')
  bytes.writeInt32BE(-1, 1)
  expect(reasonOf(bytes)).toBe('unknown_schema')
})

test('every truncation is corrupt', () => {
  const bytes = now.encode(event({ dust: 12.5 }))
  for (let length = 0; length < bytes.length; length++) expect(reasonOf(bytes.subarray(0, length))).toBe('corrupt')
})

test('bytes behind the value are corrupt', () => {
  expect(reasonOf(Buffer.concat([now.encode(event()), Buffer.from([0])]))).toBe('corrupt')
})

test('another frame is corrupt', () => {
  const bytes = Buffer.from(now.encode(event()))
  bytes[0] = 1
  expect(reasonOf(bytes)).toBe('corrupt')
  expect(reasonOf(Buffer.from('{"at":1}'))).toBe('corrupt')
})

test('numbers that are not finite are corrupt, and are not encoded', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const bytes = Buffer.from(now.encode(event({ dust: 1 })))
    bytes.writeDoubleLE(value, bytes.length - 8)
    expect(reasonOf(bytes)).toBe('corrupt')
    expect(() => now.encode(event({ temperature: value }))).toThrow(TypeError)
  }
})

test('a long that a number cannot hold is corrupt', () => {
  const bytes = Buffer.concat([
    now.encode(event({ sensor: '' })).subarray(0, 5 + 16 + 1),
    Buffer.from('ffffffffffffffffff01', 'hex'),
    Buffer.alloc(11),
  ])
  expect(reasonOf(bytes)).toBe('corrupt')
})

test('any bytes give an event or a codec fault, nothing else', () => {
  const frame = now.encode(event()).subarray(0, 5)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => ['corrupt', null].includes(reasonOf(Buffer.concat([frame, tail])))))
  fc.assert(
    fc.property(events, fc.nat(), fc.nat({ max: 255 }), (e, place, byte) => {
      const bytes = Buffer.from(now.encode(e))
      bytes[place % bytes.length] = byte
      return ['corrupt', 'unknown_schema', null].includes(reasonOf(bytes))
    }),
  )
})

test('a value that is not of the schema is not encoded, and spoils nothing', () => {
  const wrong: Partial<EventRecord>[] = [
    { people: 1.5 },
    { people: null },
    { at: 2 ** 60 },
    { event_id: Buffer.alloc(15) },
    { sensor: 5 as unknown as string },
  ]
  for (const more of wrong) expect(() => now.encode(event(more))).toThrow()
  expect(plain(now.decode(now.encode(event())))).toEqual(event())
})

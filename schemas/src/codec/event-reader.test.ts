import avsc from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CodecFault } from './codec-fault.ts'
import { EventReader } from './event-reader.ts'

const avro = {
  type: 'record',
  name: 'Made',
  fields: [
    { name: 'event_id', type: { type: 'fixed', name: 'EventId', size: 16 } },
    { name: 'sensor', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'clamped', type: 'boolean' },
    { name: 'level', type: 'int' },
    { name: 'share', type: ['null', 'double'], default: null },
  ],
}
const whole = avsc.Type.forSchema(avro as avsc.Schema)
const ID = 7

function framed(value: object): Buffer {
  const frame = Buffer.alloc(5)
  frame.writeInt32BE(ID, 1)
  return Buffer.concat([frame, whole.toBuffer(value)])
}

function reader(): EventReader {
  const made = new EventReader(new Map())
  made.learn({ schemas: [{ id: ID, avro }] }, 0)
  return made
}

const event = fc.record({
  event_id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  sensor: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }).filter((text) => text.isWellFormed()),
    fc.constantFrom('a', 'b'),
  ),
  at: fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 47), max: 2 ** 47 })),
  clamped: fc.boolean(),
  level: fc.integer(),
  share: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
})

test('events are read as Avro has them, again and again', () => {
  const made = reader()
  fc.assert(
    fc.property(event, (wanted) => void expect({ ...made.decode(framed(wanted), 3) }).toEqual(wanted)),
    { numRuns: 500 },
  )
})

test('an event that is cut off, or longer than it says, is corrupt wherever that is', () => {
  const made = reader()
  const bytes = framed({ event_id: Buffer.alloc(16, 9), sensor: 'sensor-1', at: 1_685_887_200_000, clamped: false, level: 300, share: 0.5 })
  const said = (length: number) => {
    try {
      return made.decode(bytes.subarray(0, length), 0)
    } catch (error) {
      return error instanceof CodecFault ? error.reason : error
    }
  }
  for (let length = 0; length < bytes.length; length++) expect(said(length)).toBe('corrupt')
  expect(said(bytes.length)).toMatchObject({ sensor: 'sensor-1' })
  expect(() => made.decode(Buffer.concat([bytes, Buffer.alloc(1)]), 0)).toThrow('1 bytes too many')
  // A length below zero, and a time of more bytes than any instant has.
  for (const [place, byte] of [
    [21, 0x01],
    [30, 0xff],
  ] as const) {
    const wrong = Buffer.from(bytes)
    wrong.fill(byte, place, place === 21 ? 22 : 38)
    expect(() => made.decode(wrong, 0)).toThrow(CodecFault)
  }
})

test('names stay right where there are more of them than are held', () => {
  const made = reader()
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 40_000; i++) {
      const sensor = `s${i}`
      const bytes = framed({ event_id: Buffer.alloc(16), sensor, at: i, clamped: true, level: 0, share: null })
      if (made.decode(bytes, 0).sensor !== sensor) expect.fail(`${sensor} was read as another`)
    }
  }
})

test('what a log has not named so far, and what no event is, is refused', () => {
  const made = new EventReader(new Map())
  made.learn({ schemas: [{ id: ID, avro }] }, 10)
  const bytes = framed({ event_id: Buffer.alloc(16), sensor: 'a', at: 0, clamped: false, level: 0, share: null })
  expect(() => made.decode(bytes, 9)).toThrow('not one that the log has named')
  expect(made.decode(bytes, 10).sensor).toBe('a')
  expect(() => made.learn({ schemas: [{ id: 8, avro: { ...avro, fields: avro.fields.slice(1) } }] }, 0)).toThrow('begins with event_id')
})

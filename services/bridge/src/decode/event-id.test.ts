import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DeclaredValue, eventIdOf, idPart, identityOf } from './event-id.ts'

const value: fc.Arbitrary<DeclaredValue> = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
)
const event = fc.record({
  sensor: fc.string({ unit: 'grapheme' }),
  at: fc.integer(),
  boot: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  seq: fc.option(fc.nat()),
  values: fc.array(value, { maxLength: 4 }),
})

test('eventIdOf is the first half of SHA-256 over the identity in UTF-8', () => {
  fc.assert(
    fc.property(event, (e) => {
      const bytes = Buffer.concat(
        [e.sensor, e.at, e.boot ?? '', e.seq ?? '', ...e.values].map((v) => {
          if (v === null) return Buffer.from('-,')
          const text = Buffer.from(`${v}`)
          return Buffer.concat([Buffer.from(`${text.length}:`), text, Buffer.from(',')])
        }),
      )
      expect(eventIdOf(identityOf(e))).toEqual(createHash('sha256').update(bytes).digest().subarray(0, 16))
    }),
  )
})

test('ids stay as they were while others are made', () => {
  const made = Array.from({ length: 5_000 }, (_, i) => eventIdOf(`${i}`))
  expect(new Set(made.map((id) => id.toString('hex'))).size).toBe(5_000)
})

test('two events of different parts never share an identity', () => {
  fc.assert(
    fc.property(event, event, (a, b) => {
      const flat = (e: typeof a) =>
        JSON.stringify([
          e.sensor,
          String(e.at),
          String(e.boot ?? ''),
          String(e.seq ?? ''),
          ...e.values.map((v) => (v === null ? null : String(v))),
        ])
      expect(identityOf(a) === identityOf(b)).toBe(flat(a) === flat(b))
    }),
  )
  expect(idPart(-0)).toBe(idPart(0))
  expect(idPart('')).not.toBe(idPart(null))
})

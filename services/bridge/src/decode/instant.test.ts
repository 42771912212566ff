import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOf } from './instant.ts'

const pad = (n: number, width = 2) => String(n).padStart(width, '0')

test('instantOf agrees with Date.parse on every instant, offset and fraction', () => {
  const offset = fc.option(fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })), {
    nil: undefined,
  })
  const ms = fc.integer({ min: Date.parse('0001-01-02T00:00:00Z'), max: Date.parse('9999-12-30T00:00:00Z') })
  fc.assert(
    fc.property(ms, offset, fc.integer({ min: 0, max: 3 }), (t, o, decimals) => {
      const local = new Date(t).toISOString()
      const text = `${local.slice(0, 19)}${decimals === 0 ? '' : `.${local.slice(20, 20 + decimals)}`}${o === undefined ? 'Z' : `${o[0]}${pad(o[1])}:${pad(o[2])}`}`
      expect(instantOf(text)).toBe(Date.parse(text))
    }),
    { numRuns: 2_000 },
  )
})

test('instantOf accepts a day exactly where the calendar has it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }), (y, m, d) => {
      const date = new Date(Date.UTC(2000, m - 1, d))
      date.setUTCFullYear(y, m - 1, d)
      const exists = m >= 1 && m <= 12 && d >= 1 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d
      expect(instantOf(`${pad(y, 4)}-${pad(m)}-${pad(d)}T00:00:00Z`) !== null).toBe(exists)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  '2023-06-05T00:00:00', // no offset: a local time names no instant
  '2023-06-05 00:00:00Z',
  '2023-06-05T00:00Z',
  '2023-06-05T24:00:00Z',
  '2023-06-05T00:60:00Z',
  '2023-06-05T00:00:61Z',
  '2023-06-05T00:00:00.Z',
  '2023-06-05T00:00:00+1000',
  '2023-06-05T00:00:00+24:00',
  '2023-06-05T00:00:00ZZ',
  '2023-06-05T00:00:00.123456789012345678901234567890Z',
  '20230605T000000Z',
  'yesterday, about noon',
  '',
  null,
  undefined,
  true,
  {},
  [],
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  9e15,
])('instantOf finds no instant in %j', (value) => {
  expect(instantOf(value)).toBeNull()
})

test('instantOf takes epoch ms, lower case, sub-millisecond digits and a leap second', () => {
  expect(instantOf(1_685_887_200_123)).toBe(1_685_887_200_123)
  expect(instantOf('2023-06-05t00:00:00.1239z')).toBe(Date.parse('2023-06-05T00:00:00.123Z'))
  expect(instantOf('2016-12-31T23:59:60Z')).toBe(Date.parse('2017-01-01T00:00:00Z'))
  expect(instantOf('2023-06-05T00:00:00-00:00')).toBe(Date.parse('2023-06-05T00:00:00Z'))
})

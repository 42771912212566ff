import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalFraction, unitsOf } from './units.ts'

const resolutions = fc.constantFrom('1', '0.1', '0.01', '0.001', '0.5', '0.25', '10', '2.5', '0.000001', '3')
const integers = fc.integer({ min: -1e9, max: 1e9 })

/** round(value / resolution) with integers alone: the value as a decimal text, digits shifted; null where it lies halfway. */
function byDigits(text: string, resolution: string): bigint | null {
  const scale = 20n
  const units = (decimal: string) => {
    const [whole = '', fraction = ''] = decimal.replace('-', '').split('.')
    const magnitude = BigInt(whole + fraction.padEnd(Number(scale), '0'))
    return decimal.startsWith('-') ? -magnitude : magnitude
  }
  const [a, b] = [units(text) * 2n, units(resolution)]
  const twice = a + b
  if (twice % (2n * b) === 0n) return null
  const floor = twice / (2n * b)
  return twice < 0n ? floor - 1n : floor
}

test('integers come back as they were', () => {
  fc.assert(
    fc.property(integers, resolutions, (n, resolution) => unitsOf({ resolution }).toInteger(unitsOf({ resolution }).toUnits(n)) === n),
  )
})

test('a value in units is the double that is written with the fewest digits', () => {
  fc.assert(
    fc.property(integers, fc.integer({ min: 0, max: 6 }), (n, digits) => {
      const resolution = digits === 0 ? '1' : `0.${'1'.padStart(digits, '0')}`
      return unitsOf({ resolution }).toUnits(n) === Number(`${n}e-${digits}`)
    }),
  )
})

test('decimals are rounded as decimals', () => {
  const decimals = fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 4 }))
    .map(([n, digits]) => (n / 10 ** digits).toFixed(digits))
  fc.assert(
    fc.property(decimals, fc.constantFrom('1', '0.1', '0.01', '0.5', '0.25', '10'), (text, resolution) => {
      const want = byDigits(text, resolution)
      fc.pre(want !== null)
      expect(BigInt(unitsOf({ resolution }).toInteger(Number(text)))).toBe(want)
    }),
  )
})

test('known values', () => {
  const tenth = unitsOf({ resolution: '0.1' })
  expect([0.1 + 0.2, 21.35, -4.25, 1e-9, -1e-9].map(tenth.toInteger)).toEqual([3, 214, -42, 0, 0])
  expect([3, 7, 11].map(tenth.toUnits)).toEqual([0.3, 0.7, 1.1])
  expect(Object.is(tenth.toInteger(-0.01), 0)).toBe(true)
})

test.each(['', '0', '0.0', '-1', '1e3', '.5', '1.', 'one', '1234567890'])('"%s" is no resolution', (text) =>
  expect(() => decimalFraction(text)).toThrow(RangeError),
)

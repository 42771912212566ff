import { expect, test } from 'vitest'
import { negativeExponential } from './exponential.ts'

// From mpmath with 120 digits.
test.each([
  [1n, 1n, 200, 591159469719127790758744807061999149352778335726896066016048n],
  [1n, 2n, 200, 974657192101734298498536032487101115179735036983731643136974n],
  [512n, 1n, 900, 3700167319952830144033492898159974259309850889918n],
  [7n, 1000n, 160, 1451306849256530873538423583999225824670000250946n],
])('e^(−%s/%s) to %s bits', (numerator, denominator, bits, expected) => {
  const off = negativeExponential(numerator, denominator, bits) - expected
  expect(off >= -1n && off <= 1n).toBe(true)
})

test('e^0 is 1', () => {
  expect(negativeExponential(0n, 3n, 64)).toBe(1n << 64n)
})

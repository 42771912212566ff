import { expect, test } from 'vitest'
import { seededRandom } from './random.ts'

test('equal seeds give equal numbers in [0, 1), spread evenly', () => {
  const [one, two, other] = [seededRandom(5), seededRandom(5), seededRandom(6)]
  const numbers = Array.from({ length: 10_000 }, one)
  expect(Array.from({ length: 10_000 }, two)).toEqual(numbers)
  expect(other()).not.toBe(numbers[0])
  expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true)
  // The mean of 10,000 uniform numbers: ½ ± 5 × 0.0029.
  expect(Math.abs(numbers.reduce((a, b) => a + b) / 10_000 - 0.5)).toBeLessThan(0.015)
})

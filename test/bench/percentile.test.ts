import { expect, test } from 'vitest'
import { percentile } from './percentile.ts'

test('nearest rank, in any order', () => {
  const figures = Array.from({ length: 200 }, (_, i) => ((i * 77) % 200) + 1)
  expect([0.001, 0.5, 0.99, 1].map((share) => percentile(figures, share))).toEqual([1, 100, 198, 200])
  expect(percentile([7], 0.5)).toBe(7)
  expect(() => percentile([], 0.5)).toThrow(RangeError)
})

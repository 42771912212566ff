import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCrowded, rowsWithin } from './crowding.ts'

test('a heap of 192 MB has room for 98,304 rows', () => {
  expect(rowsWithin(192 * 2 ** 20)).toBe(98_304)
})

test('nobody is crowded within the limit; beyond it those are who hold at least their share', () => {
  expect(isCrowded(90, [90, 10], 100)).toBe(false)
  expect(isCrowded(90, [90, 11], 100)).toBe(true)
  expect(isCrowded(11, [90, 11], 100)).toBe(false)
  expect(isCrowded(101, [101], 100)).toBe(true)
})

test('whenever there are too many rows, somebody has to let go', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1 }), fc.nat(5_000), (all, limit) => {
      const total = all.reduce((a, b) => a + b, 0)
      expect(all.some((own) => isCrowded(own, all, limit))).toBe(total > limit)
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCrowded, rowsWithin } from './crowding.ts'

const MB = 2 ** 20

test('--max-old-space-size=192, of which V8 says 288 MB, has room for 67,584 rows: (192 - 60) MB / 2 kB', () => {
  expect(rowsWithin(288 * MB)).toBe(67_584)
})

test('a heap that has hardly room for code takes some rows all the same', () => {
  expect(rowsWithin(100 * MB)).toBe(10_240)
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

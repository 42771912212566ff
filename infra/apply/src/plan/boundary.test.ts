import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundaryAfter } from './boundary.ts'

const sizes = fc.array(fc.constantFrom(60_000, 300_000, 600_000, 720_000, 900_000, 1_800_000, 3_600_000), { minLength: 1, maxLength: 3 })

test('a boundary lies after the instant, on a window start of every size, and none lies between', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), sizes, (instant, sizesMs) => {
      const boundary = boundaryAfter(instant, sizesMs)
      expect(boundary).toBeGreaterThan(instant)
      expect(sizesMs.every((size) => boundary % size === 0)).toBe(true)
      for (let earlier = boundary - 60_000; earlier > instant; earlier -= 60_000) {
        expect(sizesMs.every((size) => earlier % size === 0)).toBe(false)
      }
    }),
    { numRuns: 200 },
  )
})

test('10:07 between windows of 12 and 15 minutes is followed by 11:00', () => {
  expect(boundaryAfter(Date.UTC(2026, 0, 1, 10, 7), [720_000, 900_000])).toBe(Date.UTC(2026, 0, 1, 11))
  expect(boundaryAfter(Date.UTC(2026, 0, 1, 11), [720_000, 900_000])).toBe(Date.UTC(2026, 0, 1, 12))
})

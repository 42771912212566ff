import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextWait } from './next-wait.ts'

const MINUTE = 60_000
const good = { everyMs: MINUTE, elapsedMs: 2_000, failures: 0, retryAfterMs: null, notBeforeMs: 0, random: 0.5 }

test('after a good poll the next one begins an interval after it began, or when the feed is due to change', () => {
  expect(nextWait(good)).toBe(58_000)
  expect(nextWait({ ...good, elapsedMs: 90_000 })).toBe(0)
  expect(nextWait({ ...good, notBeforeMs: 61_500 })).toBe(61_500)
})

test('after failures the wait doubles from a second to ten intervals, half of it at random', () => {
  const waits = Array.from({ length: 14 }, (_, i) => nextWait({ ...good, failures: i + 1, random: 0 }) * 2)
  expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  expect(waits.slice(-3)).toEqual([10 * MINUTE, 10 * MINUTE, 10 * MINUTE])
  expect(nextWait({ ...good, failures: 3, random: 0.999 })).toBeCloseTo(4_000, -1)
  expect(nextWait({ ...good, everyMs: 24 * 60 * MINUTE, failures: 40, random: 0 })).toBe(12 * 60 * MINUTE)
})

test("a server's word is the least, and no wait is ever negative or no number", () => {
  expect(nextWait({ ...good, failures: 1, retryAfterMs: 120_000 })).toBe(120_000)
  const any = fc.record({
    everyMs: fc.integer({ min: 1, max: 1e9 }),
    elapsedMs: fc.integer({ min: 0, max: 1e9 }),
    failures: fc.integer({ min: 0, max: 1e6 }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 86_400_000 })),
    notBeforeMs: fc.integer({ min: 0, max: 3_600_000 }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  fc.assert(fc.property(any, (o) => nextWait(o) >= (o.failures > 0 ? (o.retryAfterMs ?? 0) : 0)))
})

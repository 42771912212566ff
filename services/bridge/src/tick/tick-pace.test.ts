import { expect, test } from 'vitest'
import { tickPace } from './tick-pace.ts'

const MINUTE = 60_000
const city = { shortestWindowMs: 15 * MINUTE, shortestLatenessMs: 10 * MINUTE }

test("in the present ticks come every 10 s, a stall is 3 s, and catchUp is the contract's", () => {
  const pace = tickPace({ speed: 1, replay: false, ...city })
  expect([pace.everyMs, pace.stallMs, pace.catchUpMs(2 * MINUTE)]).toEqual([10_000, 3_000, 120_000])
})

test.each([
  [1, 250],
  [60, 10_000 / 60],
  [600, 100],
  [3_600, 100],
  [21_600, 900_000 / 21_600],
])('in a replay at %i times the pace a tick comes every %d ms', (speed, everyMs) => {
  const pace = tickPace({ speed, replay: true, ...city })
  expect(pace.everyMs).toBeCloseTo(everyMs, 6)
  expect(pace.everyMs).toBeLessThanOrEqual(250)
  expect(pace.everyMs * speed).toBeLessThanOrEqual(Math.max(city.shortestWindowMs, 250))
})

test('in a replay sensors have real seconds to come back, and a stall is less than half the lateness where it can be', () => {
  const pace = tickPace({ speed: 600, replay: true, ...city })
  expect(pace.catchUpMs(2 * MINUTE)).toBe(2_000)
  expect(pace.stallMs).toBe(500)
  expect(tickPace({ speed: 20, replay: true, ...city }).catchUpMs(2 * MINUTE)).toBe(6_000)
})

import { expect, test } from 'vitest'
import { clockOf, startOf } from '../time/local.ts'
import { timeTicks } from './ticks.ts'

const zone = 'Australia/Melbourne'
const hours = (from: string, to: string, count: number) =>
  timeTicks(startOf(from, zone), startOf(to, zone), zone, count).map((t) => clockOf(t.at, zone).hour)

test('a day is marked at full local hours, both midnights included', () => {
  expect(hours('2023-06-05', '2023-06-06', 8)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 0])
  expect(hours('2023-06-05', '2023-06-06', 4)).toEqual([0, 6, 12, 18, 0])
})

test('a skipped hour has no tick, a repeated one is marked once', () => {
  expect(hours('2025-10-05', '2025-10-06', 24)).toEqual([0, 1, ...Array.from({ length: 21 }, (_, i) => i + 3), 0])
  expect(hours('2025-04-06', '2025-04-07', 25)).toEqual([...Array.from({ length: 24 }, (_, i) => i), 0])
})

test('longer stretches are marked at local midnights, across a clock change too', () => {
  const ticks = timeTicks(startOf('2025-04-01', zone), startOf('2025-05-01', zone), zone, 6)
  expect(ticks).toHaveLength(7)
  for (const tick of ticks) expect(clockOf(tick.at, zone)).toEqual({ hour: 0, minute: 0 })
})

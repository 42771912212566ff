import fc from 'fast-check'
import { expect, test } from 'vitest'
import { niceTicks, radiusOf, STEPS, stepOf } from './scale.ts'

test('niceTicks are round, rise evenly, hold the range, and are neither few nor many', () => {
  expect(niceTicks(0, 100, 4)).toEqual([0, 50, 100])
  expect(niceTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10])
  expect(niceTicks(0, 0, 4)).toEqual([0, 0.5, 1])
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 2, max: 8 }),
      (low, span, count) => {
        const ticks = niceTicks(low, low + span, count)
        expect(ticks[0]).toBeLessThanOrEqual(low)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + span)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(count + 3)
        const steps = ticks.slice(1).map((t, i) => t - (ticks[i] ?? 0))
        for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 6)
      },
    ),
  )
})

test('stepOf spans the scale and stays inside it', () => {
  expect([0, 9.99, 10, 55, 100, 200, -5].map((v) => stepOf(v, 0, 100))).toEqual([0, 0, 1, 5, STEPS - 1, STEPS - 1, 0])
  expect(stepOf(3, 3, 3)).toBe(STEPS - 1)
})

test('radiusOf gives twice the area to twice the value', () => {
  const [one, two] = [radiusOf(50, 100, 20, 1), radiusOf(100, 100, 20, 1)]
  expect((two * two) / (one * one)).toBeCloseTo(2, 9)
  expect(radiusOf(0, 100, 20, 3)).toBe(3)
})

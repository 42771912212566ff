import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCurve, type Frame, readingAt } from './curve.ts'
import type { Reading } from './reading.ts'

const QUARTER = 900_000
const frame: Frame = { width: 700, height: 300, left: 40, right: 600, top: 10, bottom: 260 }
const start = Date.UTC(2023, 5, 4, 14)
const day = { from: start, to: start + 96 * QUARTER, zone: 'Australia/Melbourne' }

function reading(i: number, value: number | 'few' | 'unknown', sd: number | null = null): Reading {
  const known = typeof value === 'number'
  return {
    from: start + i * QUARTER,
    to: start + (i + 1) * QUARTER,
    state: known ? 'value' : value,
    value: known ? value : null,
    sd: known ? sd : null,
    low: null,
    high: null,
    expected: 73,
    reporting: null,
    partial: false,
  }
}

const states = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constantFrom('few' as const, 'unknown' as const)), { maxLength: 96 })

/** Every coordinate pair of path data. */
const points = (path: string) => [...path.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])] as const)

test('every figure is drawn once, as a point of a line or as a dot, and no line crosses a gap', () => {
  fc.assert(
    fc.property(states, (list) => {
      const { own } = drawCurve({ ...day, own: list.map((v, i) => reading(i, v)), others: [] }, frame)
      const drawn = [...points(own.path).map(([x]) => x), ...own.dots.map((d) => d.x)].sort((a, b) => a - b)
      const wanted = list.flatMap((v, i) => (typeof v === 'number' ? [40 + ((i + 0.5) / 96) * 560] : []))
      expect(drawn.length).toBe(wanted.length)
      drawn.forEach((x, i) => expect(x).toBeCloseTo(wanted[i]!, 0))
      for (const run of own.path.split('M').slice(1)) {
        const xs = points(`M${run}`).map(([x]) => x)
        xs.slice(1).forEach((x, i) => expect(x - xs[i]!).toBeCloseTo(560 / 96, 0))
      }
    }),
  )
})

test('zero lies on the base line, the lane tells few from unknown, and a value has no lane mark', () => {
  const own = [reading(0, 0), reading(1, 'few'), reading(2, 'few'), reading(3, 'unknown'), reading(4, 100)]
  const drawing = drawCurve({ ...day, own, others: [] }, frame)
  expect(drawing.own.dots[0]!.y).toBe(frame.bottom)
  expect(drawing.lane.map((l) => [l.kind, Math.round(l.x * 10) / 10, Math.round(l.width * 10) / 10])).toEqual([
    ['few', 45.8, 11.7],
    ['unknown', 57.5, 5.8],
  ])
})

test('the scale holds every figure with its noise, and the last figure is the end', () => {
  const own = [reading(0, 90, 4), reading(1, 99, 4)]
  const drawing = drawCurve({ ...day, own, others: [reading(0, 20)] }, frame)
  expect(drawing.yTicks.at(-1)!.value).toBeGreaterThanOrEqual(99 + 1.96 * 4)
  for (const [, y] of points(drawing.own.band)) {
    expect(y).toBeGreaterThanOrEqual(frame.top)
    expect(y).toBeLessThanOrEqual(frame.bottom)
  }
  expect(drawing.own.end!.value).toBe(99)
  expect(drawing.others.dots).toHaveLength(1)
})

test('a pointer finds the reading it is over', () => {
  const own = [reading(0, 5), reading(2, 7)]
  expect(readingAt(own, day, frame, 41)?.value).toBe(5)
  expect(readingAt(own, day, frame, 40 + 2.5 * (560 / 96))?.value).toBe(7)
  expect(readingAt(own, day, frame, 40 + 1.5 * (560 / 96))).toBeNull()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeOf } from './change.ts'
import type { StateChange } from './state.ts'
import { addPoint, comparePoints, mergePoints, type Point } from './points.ts'

const SPAN = { start: 1_000, end: 2_000 }
const state = { kind: 'state', resolution: '1' } as const
const counter = { kind: 'counter', resolution: '1' } as const
const point = (at: number, value: number | string, id = `${at}`): Point => ({ at, value, id })
const states = (points: Point[], before: Point | null = null) => changeOf(state, points, before, SPAN)
const counts = (values: number[], before: number | null = null, rollover?: string) =>
  changeOf(
    { ...counter, ...(rollover !== undefined && { rollover }) },
    values.map((v, i) => point(1_000 + i, v)),
    before === null ? null : point(0, before),
    SPAN,
  )

test('a counter counts up from the point before; the first ever is not known', () => {
  expect(counts([5, 9, 9, 12], 3)).toEqual({ kind: 'counter', count: 4, sum: 9, resets: 0, unknown: 0, last: 12, lastAt: 1_003 })
  expect(counts([5, 9])).toMatchObject({ count: 2, sum: 4, unknown: 1 })
  expect(counts([5])).toMatchObject({ count: 1, sum: null, unknown: 1, last: 5 })
})

test('a fall is a reset: what it shows then was counted since', () => {
  expect(counts([100, 4, 6], 90)).toMatchObject({ sum: 16, resets: 1, unknown: 0 })
  expect(counts([0], 90)).toMatchObject({ sum: 0, resets: 1 })
  expect(counts([7, 3])).toMatchObject({ sum: 3, resets: 1, unknown: 1 })
})

test('near its rollover a counter went on through zero', () => {
  expect(counts([65_530, 10], 65_500, '65536')).toMatchObject({ sum: 46, resets: 0 })
  expect(counts([10], 30_000, '65536')).toMatchObject({ sum: 10, resets: 1 }) // not near the top
  expect(counts([40_000], 65_000, '65536')).toMatchObject({ sum: 40_000, resets: 1 }) // not near zero
  expect(changeOf({ kind: 'counter', resolution: '0.1', rollover: '100' }, [point(1_000, 20)], point(0, 990), SPAN)).toMatchObject({
    sum: 30,
  })
})

test('a state lasts from point to point, before the first nothing is known', () => {
  expect(states([point(1_200, 'occupied'), point(1_500, 'free')], point(400, 'free'))).toEqual({
    kind: 'state',
    count: 2,
    duration: new Map([
      ['free', 700],
      ['occupied', 300],
    ]),
    arrivals: new Map([
      ['occupied', 1],
      ['free', 1],
    ]),
    last: 'free',
    lastAt: 1_500,
  })
  expect(states([point(1_200, 3)])).toMatchObject({ duration: new Map([['3', 800]]), arrivals: new Map(), last: 3 })
})

test('the same state again is no arrival', () => {
  const again = states([point(1_100, 'free'), point(1_200, 'occupied'), point(1_300, 'occupied')], point(0, 'free'))
  expect(again).toMatchObject({
    count: 3,
    arrivals: new Map([['occupied', 1]]),
    duration: new Map([
      ['free', 200],
      ['occupied', 800],
    ]),
  })
})

test('without points there is nothing to say', () => expect(states([], point(0, 'free'))).toBeNull())

const points = fc
  .array(fc.record({ at: fc.integer({ min: 1_000, max: 1_999 }), value: fc.nat(3), id: fc.constantFrom('a', 'b', 'c') }), { maxLength: 30 })
  // One id at one instant is one event, which has one value.
  .map((list) => [...new Map(list.map((p) => [`${p.at}|${p.id}`, p])).values()])

test('chunks merged in any split and order are one list, whatever they share', () => {
  fc.assert(
    fc.property(points, fc.array(fc.nat(15), { minLength: 30, maxLength: 30 }), fc.boolean(), (all, masks, turned) => {
      // Bit c of a point's mask: it stands in chunk c; every point stands in one at least.
      const chunks = [0, 1, 2, 3].map((c) => {
        const chunk: Point[] = []
        all.forEach((p, i) => (((masks[i] as number) || 1) >> c) & 1 && addPoint(chunk, p))
        return chunk
      })
      const merged = (turned ? chunks.toReversed() : chunks).reduce<Point[]>(mergePoints, [])
      expect(merged).toEqual(all.toSorted(comparePoints))
    }),
  )
})

test('durations and arrivals are those of the state asked for at every millisecond', () => {
  fc.assert(
    fc.property(points, fc.option(fc.nat(3), { nil: null }), (list, before) => {
      const sorted = list.toSorted(comparePoints)
      const known = before === null ? null : point(10, before)
      const change = changeOf(state, sorted, known, SPAN)
      if (change === null) {
        expect(sorted).toEqual([])
        return
      }
      const duration = new Map<string, number>()
      for (let ms = SPAN.start; ms < SPAN.end; ms++) {
        const now = [...(known === null ? [] : [known]), ...sorted].filter((p) => p.at <= ms).at(-1)
        if (now !== undefined) duration.set(String(now.value), (duration.get(String(now.value)) ?? 0) + 1)
      }
      const path = [...(before === null ? [] : [before]), ...sorted.map((p) => p.value)]
      const arrivals = path.slice(1).filter((value, i) => value !== path[i])
      expect(change).toMatchObject({ duration, count: sorted.length, last: path.at(-1) })
      expect([...(change as StateChange).arrivals.values()].reduce((a, b) => a + b, 0)).toBe(arrivals.length)
    }),
    { numRuns: 60 },
  )
})

test('increments of windows add up to those of one pass over them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 }), fc.nat(40), fc.boolean(), (values, cut, rolls) => {
      const one = counts(values, null, rolls ? '1000' : undefined)
      const parts = [values.slice(0, cut), values.slice(cut)]
      const first = counts(parts[0]!, null, rolls ? '1000' : undefined)
      const second = counts(parts[1]!, parts[0]!.at(-1) ?? null, rolls ? '1000' : undefined)
      const total = (f: 'sum' | 'resets' | 'unknown' | 'count') =>
        [first, second].reduce((n, c) => n + ((c as Record<string, number | null> | null)?.[f] ?? 0), 0)
      expect([total('resets'), total('unknown'), total('count')]).toEqual(
        [one, one, one].map((c, i) => (c as never)[['resets', 'unknown', 'count'][i]!]),
      )
      expect(total('sum')).toBe((one as { sum: number | null }).sum ?? 0)
    }),
  )
})

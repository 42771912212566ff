import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WindowFold } from './window-fold.ts'

const HOUR = 3_600_000
const reading = fc.record({
  sensor: fc.constantFrom('a', 'b'),
  at: fc.integer({ min: 0, max: 5 * HOUR }),
  values: fc.tuple(fc.option(fc.integer({ min: -50, max: 50 })), fc.option(fc.integer({ min: 0, max: 9 }))),
})

test('readings in any order, some of them twice, give the windows that a list of them gives', () => {
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
      const fold = new WindowFold({ windowMs: null }, HOUR)
      for (const one of [...readings, ...readings.slice(0, 5)]) fold.add(one)
      const distinct = [...new Map(readings.map((r) => [JSON.stringify(r), r])).values()]
      const wanted = Map.groupBy(distinct, (r) => `${Math.floor(r.at / HOUR) * HOUR}|${r.sensor}`)
      expect(new Set(fold.windows.keys())).toEqual(new Set(wanted.keys()))
      for (const [key, of] of wanted) {
        const window = fold.windows.get(key)
        expect(window?.count).toBe(of.length)
        for (const p of [0, 1]) {
          const values = of.flatMap(({ at, values: v }) => (v[p] === null ? [] : [{ at, value: v[p] as number }]))
          const figure = window?.figures[p]
          expect(figure?.count).toBe(values.length)
          if (values.length === 0) continue
          const last = values.reduce((a, b) => (b.at > a.at || (b.at === a.at && b.value > a.value) ? b : a))
          expect(figure).toMatchObject({
            sum: values.reduce((sum, { value }) => sum + value, 0),
            min: Math.min(...values.map(({ value }) => value)),
            max: Math.max(...values.map(({ value }) => value)),
            last: last.value,
            lastAt: last.at,
          })
        }
      }
    }),
  )
})

test('a row that is the figure of a window begins with it and comes once', () => {
  const fold = new WindowFold({ windowMs: HOUR }, HOUR / 4)
  expect(fold.add({ sensor: 'a', at: 2 * HOUR, values: [3] })).toBe('taken')
  expect(fold.add({ sensor: 'a', at: 2 * HOUR, values: [4] })).toBe('twice')
  expect(fold.add({ sensor: 'a', at: 2.5 * HOUR, values: [4] })).toBe('beside')
  expect([...fold.windows.values()]).toMatchObject([{ sensor: 'a', start: 2 * HOUR, sizeMs: HOUR, count: 1, figures: [{ sum: 3 }] }])
})

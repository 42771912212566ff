import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runsOf, spansOf } from './runs.ts'

const day = fc
  .array(fc.record({ state: fc.constantFrom('value', 'few', 'unknown'), missing: fc.boolean() }), { maxLength: 60 })
  .map((list) => list.map((r, i) => ({ from: i * 10, to: i * 10 + 10, ...r })).filter((r) => !r.missing))

test('runs hold every known reading once, in order, and neighbours in a run touch', () => {
  fc.assert(
    fc.property(day, (readings) => {
      const runs = runsOf(readings, (r) => r.state === 'value')
      expect(runs.flat()).toEqual(readings.filter((r) => r.state === 'value'))
      for (const run of runs) run.slice(1).forEach((r, i) => expect(run[i]!.to).toBe(r.from))
      runs.slice(1).forEach((run, i) => {
        const [end, start] = [runs[i]!.at(-1)!.to, run[0]!.from]
        const between = readings.filter((r) => r.from >= end && r.to <= start)
        expect(start > end || between.length > 0).toBe(true)
      })
    }),
  )
})

test('spans cover exactly the time of their kind', () => {
  fc.assert(
    fc.property(day, (readings) => {
      const spans = spansOf(readings, (r) => (r.state === 'value' ? null : r.state))
      for (const kind of ['few', 'unknown']) {
        const covered = spans.filter((s) => s.kind === kind).reduce((sum, s) => sum + s.to - s.from, 0)
        expect(covered).toBe(readings.filter((r) => r.state === kind).length * 10)
      }
    }),
  )
})

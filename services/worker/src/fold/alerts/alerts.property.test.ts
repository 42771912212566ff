import type { AlertRule } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAlerts } from './alerts.ts'
import { crowd, documentWith, full, type Input, MINUTE, QUARTER, run, show } from './example.ts'

const rules: readonly AlertRule[] = [
  full,
  { ...full, rule: 'half', when: 'level >= 5', clear: 'level < 5', forMs: 3 * MINUTE },
  crowd,
  { ...crowd, rule: 'many', when: 'passing_sum >= 150', clear: 'passing_sum < 150', forMs: 2 * QUARTER },
]

/** Readings and, for each sensor, windows in time order. */
const inputs = fc
  .array(
    fc.record({
      window: fc.boolean(),
      sensor: fc.constantFrom('a', 'b'),
      step: fc.integer({ min: -1, max: 4 }),
      value: fc.option(fc.nat(10), { nil: null, freq: 12 }),
    }),
    { maxLength: 80 },
  )
  .map((list) => {
    const at = { a: 0, b: 0 }
    const start = { a: 0, b: 0 }
    return list.map(({ window, sensor, step, value }): Input => {
      const s = sensor
      if (!window) return { sensor, at: (at[s] += step * MINUTE), level: value }
      start[s] += QUARTER
      return { sensor, start: start[s], passing: value === null ? null : value * 50 }
    })
  })

test('a restart between any two inputs changes nothing', () => {
  fc.assert(
    fc.property(inputs, fc.nat(80), (list, cut) => {
      const whole = createAlerts(documentWith(rules), 'things')
      const first = createAlerts(documentWith(rules), 'things')
      const second = createAlerts(documentWith(rules), 'things')
      const expected = list.flatMap((input, i) => show(whole, input, i))
      const got = list.slice(0, cut).flatMap((input, i) => show(first, input, i))
      second.load(JSON.parse(JSON.stringify(first.states())))
      expect(second.hash).toBe(first.hash)
      got.push(...list.slice(cut).flatMap((input, i) => show(second, input, cut + i)))
      expect(got).toEqual(expected)
      expect(second.states()).toEqual(whole.states())
    }),
  )
})

test('firing and resolved alternate for each rule and subject, with ids of their own', () => {
  fc.assert(
    fc.property(inputs, (list) => {
      const transitions = run(documentWith(rules), list)
      expect(new Set(transitions.map((t) => t.alertId)).size).toBe(transitions.length)
      for (const group of Map.groupBy(transitions, (t) => `${t.rule} ${t.subject}`).values()) {
        group.forEach((t, i) => expect(t.transition).toBe(i % 2 === 0 ? 'firing' : 'resolved'))
        group.forEach((t, i) => expect(t.incident).toBe((group[i - (i % 2)] as typeof t).incident))
      }
    }),
  )
})

test('window alerts do not depend on the order in which events arrived', () => {
  const event = fc.record({ sensor: fc.constantFrom('a', 'b'), at: fc.nat(12 * 15), passing: fc.nat(300) })
  const shuffled = fc
    .array(event, { maxLength: 60 })
    .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })))
  fc.assert(
    fc.property(shuffled, ([events, permuted]) => {
      expect(run(documentWith(rules), closedWindows(permuted))).toEqual(run(documentWith(rules), closedWindows(events)))
    }),
  )
})

/** Every window of both sensors, closed in time order. */
function closedWindows(events: readonly { sensor: string; at: number; passing: number }[]): Input[] {
  return Array.from({ length: 13 }, (_, w) => w * QUARTER).flatMap((start) =>
    ['a', 'b'].map((sensor): Input => {
      const inside = events.filter((e) => e.sensor === sensor && e.at * MINUTE >= start && e.at * MINUTE < start + QUARTER)
      return { sensor, start, passing: inside.reduce((sum, e) => sum + e.passing, 0) }
    }),
  )
}

test('a value that swings between `clear` and `when` announces nothing', () => {
  const band = fc.array(fc.integer({ min: 3, max: 7 }), { maxLength: 60 })
  const readings = (levels: readonly number[], from = 0) => levels.map((level, i): Input => ({ sensor: 'a', at: from + i * MINUTE, level }))
  fc.assert(
    fc.property(band, (levels) => {
      expect(run(documentWith([full]), readings(levels))).toEqual([])
      expect(run(documentWith([full]), [...readings([9]), ...readings(levels, MINUTE)])).toHaveLength(1)
    }),
  )
})

test('a condition that never holds as long as `for` never fires', () => {
  const forMs = 10 * MINUTE
  const runs = fc.array(fc.record({ length: fc.integer({ min: 0, max: 9 }), pause: fc.integer({ min: 1, max: 5 }) }), { maxLength: 20 })
  fc.assert(
    fc.property(runs, (list) => {
      let at = 0
      const readings: Input[] = []
      for (const { length, pause } of list) {
        for (let i = 0; i <= length; i++) readings.push({ sensor: 'a', at: (at += MINUTE), level: 9 })
        for (let i = 0; i < pause; i++) readings.push({ sensor: 'a', at: (at += MINUTE), level: 7 })
      }
      expect(run(documentWith([{ ...full, forMs }]), readings)).toEqual([])
    }),
  )
})

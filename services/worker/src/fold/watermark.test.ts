import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LAW } from './scale.ts'
import { Watermark } from './watermark.ts'

const minute = 60_000

test('the watermark is the least asOf of the bridges heard, and never past a tick’s own append time', () => {
  const w = new Watermark()
  expect(w.tick('a', 1_000, 5_000)).toEqual({ before: null, now: 1_000 })
  expect(w.tick('b', 9_000, 6_000).now).toBe(1_000)
  expect(w.tick('a', 99_000, 7_000).now).toBe(6_000)
  expect(w.bridges).toBe(2)
})

test('a bridge silent for PT10M while another ticks is forgotten', () => {
  const w = new Watermark()
  w.tick('a', 0, 0)
  let t = 0
  while (t < LAW.forgetMs) w.tick('b', t, (t += 10_000))
  expect(w.bridges).toBe(2)
  w.tick('b', t, (t += 10_000))
  expect(w.bridges).toBe(1)
})

test('an outage of all bridges makes none forgotten', () => {
  const w = new Watermark()
  w.tick('a', 0, 0)
  w.tick('b', 0, 0)
  w.tick('a', 60 * minute, 60 * minute)
  expect(w.bridges).toBe(2)
  expect(w.value).toBe(0)
  expect(w.save().silent['b']).toBe(LAW.silenceStepMs)
})

test('it never steps back, and a saved state goes on as the original', () => {
  const ticks = fc.array(
    fc.record({ bridge: fc.constantFrom('a', 'b', 'c'), asOf: fc.nat(1e7), step: fc.integer({ min: -9_000, max: 400_000 }) }),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(ticks, fc.nat(60), (list, cut) => {
      const w = new Watermark()
      let copy = new Watermark()
      let t = 0
      let last = -1
      list.forEach((tick, i) => {
        t += tick.step
        if (i === cut) (copy = new Watermark()).load(JSON.parse(JSON.stringify(w.save())))
        const { now } = w.tick(tick.bridge, tick.asOf, Math.max(0, t))
        copy.tick(tick.bridge, tick.asOf, Math.max(0, t))
        expect(now).toBeGreaterThanOrEqual(last)
        last = now
      })
      expect(copy.save()).toEqual(w.save())
    }),
  )
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exampleStream } from '../support/example-stream.ts'
import { mergePlans } from './plan.ts'
import { planReplay, type ReplayOptions } from './plan-replay.ts'

const MINUTE = 60_000
const stream = exampleStream('bins', [{ id: 'a' }, { id: 'b', gateway: 'depot' }, { id: 'c', gateway: 'depot' }])

const rowsArb = fc
  .array(fc.record({ sensor: fc.constantFrom('a', 'b', 'c', 'stranger'), at: fc.integer({ min: 0, max: 600 * MINUTE }) }), {
    maxLength: 200,
  })
  .map((rows) =>
    rows.toSorted((x, y) => x.at - y.at).map((row, i) => ({ ...row, payload: { at: new Date(row.at).toISOString(), level: i } })),
  )
const holdArb = fc
  .tuple(fc.nat(600), fc.integer({ min: 1, max: 90 }))
  .map(([from, length]) => ({ from: from * MINUTE, to: (from + length) * MINUTE }))
const optionsArb: fc.Arbitrary<Omit<ReplayOptions, 'stream'>> = fc.record(
  {
    seed: fc.nat(),
    shuffleMs: fc.nat(30 * MINUTE),
    duplicates: fc.double({ min: 0, max: 1, noNaN: true }),
    holds: fc.array(holdArb, { maxLength: 3 }),
    limit: fc.nat(250),
    until: fc.integer({ min: 0, max: 700 * MINUTE }),
  },
  { requiredKeys: [] },
)

function perMinute(count: number, offset = 0) {
  return Array.from({ length: count }, (_, i) => ({
    sensor: 'a',
    at: offset + i * MINUTE,
    payload: { at: new Date(i * MINUTE).toISOString(), level: i },
  }))
}

test('every row up to the limit and the end is sent once, with its own bytes, from its own device', () => {
  fc.assert(
    fc.property(rowsArb, optionsArb, (rows, options) => {
      const plan = planReplay(rows, { stream, ...options })
      const wanted = rows.slice(0, options.limit).flatMap(({ at }, i) => (at <= (options.until ?? Number.POSITIVE_INFINITY) ? [i] : []))
      const originals = plan.sends.filter((send) => !send.copy)
      expect(originals.map((send) => send.row).toSorted((a, b) => a - b)).toEqual(wanted)
      for (const send of plan.sends) {
        const row = rows[send.row]
        expect(JSON.parse(send.payload)).toEqual(row?.payload)
        expect(send.topic).toBe(`city/bins/${row?.sensor}`)
        expect(send.device).toBe(row?.sensor === 'b' || row?.sensor === 'c' ? 'depot' : row?.sensor)
      }
      expect(plan.streams).toEqual([
        {
          stream: 'bins',
          rows: Math.min(rows.length, options.limit ?? rows.length),
          sends: plan.sends.length,
          leftOut: Math.min(rows.length, options.limit ?? rows.length) - wanted.length,
        },
      ])
    }),
  )
})

test('messages are in due order, never before their reading, and within the shuffle where nothing holds them', () => {
  fc.assert(
    fc.property(rowsArb, optionsArb, (rows, all) => {
      const options = { seed: all.seed ?? 1, shuffleMs: all.shuffleMs ?? 0, duplicates: all.duplicates ?? 0 }
      const { sends } = planReplay(rows, { stream, ...options })
      expect(sends).toEqual(sends.toSorted((a, b) => a.due - b.due))
      const delays = sends.map((send) => ({ copy: send.copy, delay: send.due - (rows[send.row]?.at ?? Number.NaN) }))
      expect(delays.filter(({ delay }) => !(delay >= 0))).toEqual([])
      expect(delays.filter(({ delay, copy }) => !copy && delay > options.shuffleMs)).toEqual([])
    }),
  )
})

test('nothing is due inside a hold; without other delays each sensor keeps its order', () => {
  fc.assert(
    fc.property(rowsArb, fc.array(holdArb, { minLength: 1, maxLength: 3 }), fc.nat(20 * MINUTE), (rows, holds, shuffleMs) => {
      const held = (due: number) => holds.some(({ from, to }) => due >= from && due < to)
      expect(planReplay(rows, { stream, holds, shuffleMs, duplicates: 0.5 }).sends.filter((send) => held(send.due))).toEqual([])
      const order = planReplay(rows, { stream, holds }).sends.map((send) => send.row)
      expect(order).toEqual(rows.map((_, i) => i))
    }),
  )
})

test('a copy has the bytes of its original and does not come before it; none without duplicates, one of each at share 1', () => {
  fc.assert(
    fc.property(rowsArb, optionsArb, (rows, options) => {
      const { sends } = planReplay(rows, { stream, ...options })
      const originals = new Map(sends.filter((send) => !send.copy).map((send) => [send.row, send]))
      const copies = sends.filter((send) => send.copy)
      expect(copies.map((copy) => ({ ...copy, copy: false, due: originals.get(copy.row)?.due }))).toEqual(
        copies.map((copy) => originals.get(copy.row)),
      )
      expect(copies.filter((copy) => !(copy.due >= (originals.get(copy.row)?.due ?? Number.NaN)))).toEqual([])
      const expected = { 0: 0, 1: originals.size }[options.duplicates ?? 0] ?? copies.length
      expect(copies.length).toBe(expected)
    }),
  )
})

test('equal arguments give the equal plan; another seed another order', () => {
  const planOf = (seed: number) => planReplay(perMinute(50), { stream, seed, shuffleMs: 10 * MINUTE, duplicates: 0.2 })
  expect(planOf(7)).toEqual(planOf(7))
  expect(planOf(7)).not.toEqual(planOf(8))
})

test('what the shuffle chose does not depend on duplicates, and duplicates are near their share', () => {
  const rows = perMinute(4_000)
  const plain = planReplay(rows, { stream, seed: 3, shuffleMs: 10 * MINUTE })
  const copied = planReplay(rows, { stream, seed: 3, shuffleMs: 10 * MINUTE, duplicates: 0.05 })
  expect(copied.sends.filter((send) => !send.copy)).toEqual(plain.sends)
  // 4,000 × 5 % = 200 ± 5 standard deviations of 13.8
  expect(Math.abs(copied.sends.length - 4_200)).toBeLessThan(69)
})

test('a given gateway sends for the sensors that have none', () => {
  const rows = ['a', 'b', 'stranger'].map((sensor, i) => ({ sensor, at: i, payload: { at: new Date(i).toISOString(), level: i } }))
  expect(planReplay(rows, { stream, gateway: 'roof' }).sends.map((send) => send.device)).toEqual(['roof', 'depot', 'roof'])
})

test('merged plans keep every message, in due order', () => {
  const [one, two] = [planReplay(perMinute(20), { stream }), planReplay(perMinute(20, 30_000), { stream: { ...stream, name: 'other' } })]
  const merged = mergePlans([one, two])
  expect(merged.sends.map((send) => send.stream)).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'bins' : 'other')))
  expect(merged.streams.map((s) => s.sends)).toEqual([20, 20])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Figures, LAST, LAST_AT, MAX, MIN, SUM, WIDTH } from './figures.ts'

const keep = [true, false]
const event = fc.record({
  at: fc.nat(50),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  values: fc.tuple(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: null }), fc.option(fc.nat(9), { nil: null })),
})
type Event = { at: number; id: Uint8Array; values: [number | null, number | null] }

const onePass = (events: readonly Event[]) => {
  const f = new Figures(2)
  for (const e of events) f.add(e.at, e.id, e.values, keep)
  return f
}

test('merging chunks in any split and order equals one pass', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(4)), { maxLength: 40 }),
      fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }),
      (tagged, order) => {
        const chunks = [0, 1, 2, 3, 4].map((c) => onePass(tagged.filter(([, t]) => t === c).map(([e]) => e)))
        const merged = new Figures(2)
        for (const i of [0, 1, 2, 3, 4].sort((a, b) => (order[a] as number) - (order[b] as number))) merged.merge(chunks[i] as Figures)
        expect(strip(merged)).toEqual(strip(onePass(tagged.map(([e]) => e))))
      },
    ),
  )
})

test('the figures are those of the plain list', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const f = onePass(events)
      for (const p of [0, 1]) {
        const values = events.map((e) => e.values[p] as number | null).filter((v) => v !== null)
        const o = p * WIDTH
        expect(f.n[o]).toBe(values.length)
        if (values.length === 0) continue
        expect(f.n[o + SUM]).toBe(values.reduce((a, b) => a + b, 0))
        expect([f.n[o + MIN], f.n[o + MAX]]).toEqual([Math.min(...values), Math.max(...values)])
      }
      const withFirst = events.filter((e) => e.values[0] !== null)
      const latest = Math.max(...withFirst.map((e) => e.at))
      if (withFirst.length === 0) return
      expect(f.n[LAST_AT]).toBe(latest)
      const candidates = withFirst.filter((e) => e.at === latest).sort((a, b) => Buffer.compare(a.id, b.id))
      expect(f.n[LAST]).toBe(candidates.at(-1)?.values[0])
    }),
  )
})

/** Two equal ids with different values cannot occur (the id hashes the values); drop such ties from the comparison. */
function strip(f: Figures) {
  return { count: f.count, n: f.n, ids: f.lastId.map((id) => (id ? Buffer.from(id).toString('hex') : null)) }
}

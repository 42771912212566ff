import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstReleaseWins } from './released-first.ts'
import { type Released, ReleasedMap, releasedKey } from './released-map.ts'

const QUARTER = 900_000
const HOUR = 4 * QUARTER
const release = (sensor: string, start: number, y: number, more: Partial<Released> = {}): Released => ({
  sensor,
  start,
  sizeMs: QUARTER,
  policy: 1,
  status: 'ok',
  values: { passing_sum: y },
  ...more,
})
const gap = (start: number, sizeMs: number): Released => ({ sensor: '', start, sizeMs, policy: 1, status: 'no_data', values: {} })
const mapOf = (...list: Released[]) => new Map(list.map((r) => [releasedKey(r), r]))
const verdict = (before: Released[], fresh: Released) => {
  const { publish, replayed, conflicts } = firstReleaseWins(mapOf(...before), [fresh])
  return publish.length === 1 ? 'publish' : replayed.length === 1 ? 'replayed' : conflicts.length === 1 ? 'conflict' : 'lost'
}

test.each([
  ['nothing before', [], release('a', 0, 5), 'publish'],
  ['the same', [release('a', 0, 5)], release('a', 0, 5), 'replayed'],
  ['another value', [release('a', 0, 5)], release('a', 0, 6), 'conflict'],
  ['another sensor', [release('b', 0, 5)], release('a', 0, 6), 'publish'],
  ['another window', [release('a', QUARTER, 5)], release('a', 0, 6), 'publish'],
  ['another policy', [release('a', 0, 5)], release('a', 0, 5, { policy: 2 }), 'conflict'],
  ['a longer window over it', [release('a', 2 * QUARTER, 5)], release('a', 0, 5, { sizeMs: HOUR }), 'conflict'],
  ['a shorter window within', [release('a', 0, 5, { sizeMs: HOUR })], release('a', 2 * QUARTER, 5), 'conflict'],
  ['a longer window beside it', [release('a', HOUR, 5)], release('a', 0, 5, { sizeMs: HOUR }), 'publish'],
  ['a gap over it', [gap(-HOUR, 2 * HOUR)], release('a', 0, 5), 'conflict'],
  ['a gap before it', [gap(-HOUR, HOUR)], release('a', 0, 5), 'publish'],
  ['the same gap', [gap(0, HOUR)], gap(0, HOUR), 'replayed'],
  ['a longer gap', [gap(0, HOUR)], gap(0, 2 * HOUR), 'conflict'],
  ['a gap over a release', [release('b', QUARTER, 5)], gap(0, HOUR), 'conflict'],
  ['a null column less', [release('a', 0, 5)], release('a', 0, 5, { values: { passing_sum: 5, passing_max: null } }), 'replayed'],
] as const)('%s', (_, before, fresh, expected) => expect(verdict([...before], fresh)).toBe(expected))

test('within one batch the first wins too', () => {
  const fresh = [release('a', 0, 5), release('a', 0, 5), release('a', 0, 6)]
  expect(firstReleaseWins(new Map(), fresh)).toEqual({
    publish: [fresh[0]],
    replayed: [fresh[1]],
    conflicts: [{ fresh: fresh[2], released: fresh[0] }],
  })
})

test('whatever is tried in whatever order, at most one value about a sensor’s instant is ever published', () => {
  const one = fc.record({
    sensor: fc.constantFrom('a', 'b'),
    start: fc.nat(8),
    size: fc.constantFrom(1, 2, 4),
    policy: fc.constantFrom(1, 2),
    y: fc.nat(3),
    isGap: fc.nat(9),
  })
  fc.assert(
    fc.property(fc.array(fc.array(one, { maxLength: 6 }), { maxLength: 8 }), (batches) => {
      const released = new ReleasedMap()
      let seen = 0
      for (const batch of batches) {
        const fresh = batch.map(({ sensor, start, size, policy, y, isGap }) => {
          const span = { start: Math.floor(start / size) * size * QUARTER, sizeMs: size * QUARTER }
          return isGap === 0 ? gap(span.start, span.sizeMs) : release(sensor, span.start, y, { ...span, policy })
        })
        const { publish, replayed, conflicts } = firstReleaseWins(released, fresh)
        seen += publish.length
        expect(publish.length + replayed.length + conflicts.length).toBe(fresh.length)
        for (const r of publish) released.set(releasedKey(r), r)
      }
      expect(released.size).toBe(seen)
      for (const sensor of ['a', 'b']) {
        const spans = [...released.values()].filter((r) => r.sensor === sensor || r.sensor === '').sort((p, q) => p.start - q.start)
        spans
          .slice(1)
          .forEach((span, i) => expect(span.start).toBeGreaterThanOrEqual((spans[i] as Released).start + (spans[i] as Released).sizeMs))
      }
    }),
  )
})

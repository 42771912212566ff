import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spread } from './assigner.ts'

const world = fc.record({ partitions: fc.integer({ min: 1, max: 12 }), members: fc.integer({ min: 1, max: 6 }) })

test('every partition has one owner and shares differ by at most one', () => {
  fc.assert(
    fc.property(world, fc.array(fc.array(fc.nat(12)), { maxLength: 6 }), ({ partitions, members }, held) => {
      const all = Array.from({ length: partitions }, (_, p) => p)
      const shares = spread(
        all,
        Array.from({ length: members }, (_, i) => ({ id: `m${i}`, held: held[i] ?? [] })),
      )
      expect([...shares.values()].flat().sort((a, b) => a - b)).toEqual(all)
      const sizes = [...shares.values()].map((s) => s.length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
  )
})

test('a balanced group stays as it is, and a joiner takes no more than its share', () => {
  fc.assert(
    fc.property(world, ({ partitions, members }) => {
      const all = Array.from({ length: partitions }, (_, p) => p)
      const before = spread(
        all,
        Array.from({ length: members }, (_, i) => ({ id: `m${i}`, held: [] })),
      )
      const holders = [...before].map(([id, held]) => ({ id, held }))
      expect(spread(all, holders)).toEqual(before)
      const after = spread(all, [...holders, { id: 'new', held: [] }])
      const moved = all.filter((p) => ![...before].some(([id, held]) => held.includes(p) && after.get(id)?.includes(p)))
      expect(moved.length).toBe(after.get('new')?.length)
    }),
  )
})

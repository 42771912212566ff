import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hiddenZones } from './withheld.ts'

const hidden = (sizes: Record<string, number>, least: number) => [...hiddenZones(Object.entries(sizes), least)].sort()

test('zones that are no group are hidden, and as many more as make the hidden ones a group', () => {
  expect(hidden({ a: 12, b: 10, c: 40 }, 10)).toEqual([])
  expect(hidden({ a: 12, b: 9, c: 40 }, 10)).toEqual(['a', 'b'])
  expect(hidden({ a: 12, b: 6, c: 5, d: 40 }, 10)).toEqual(['b', 'c'])
  expect(hidden({ a: 12, b: 0, c: 40 }, 10)).toEqual(['b'])
  expect(hidden({ a: 12, b: 12, c: 1 }, 10)).toEqual(['a', 'c'])
  expect(hidden({ a: 3 }, 10)).toEqual(['a'])
})

test('neither a shown zone nor the whole less the shown ones is smaller than a group', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }), fc.integer({ min: 2, max: 15 }), (sizes, least) => {
      const zones = sizes.map((n, i) => [`z${i}`, n] as const)
      const kept = hiddenZones(zones, least)
      const rest = zones.filter(([key]) => kept.has(key)).reduce((sum, [, n]) => sum + n, 0)
      const whole = sizes.reduce((sum, n) => sum + n, 0)
      expect(zones.every(([key, n]) => kept.has(key) || n >= least)).toBe(true)
      expect(rest === 0 || rest >= least || rest === whole).toBe(true)
    }),
  )
})

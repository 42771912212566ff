import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SLICE_MS, slices } from './readings.ts'
import { QUIET, type Reading, type Simulation } from './simulation.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const simulationArb: fc.Arbitrary<Simulation> = fc.record({
  seed: fc.nat(),
  sensors: fc.integer({ min: 1, max: 50 }),
  rate: fc.integer({ min: 1, max: 5_000 }),
  disorder: share,
  lateMs: fc.nat(2_000),
  duplicates: share,
  hold: share,
  fastClocks: share,
})

function take(simulation: Simulation, ms: number): readonly (readonly Reading[])[] {
  const all = slices(simulation)
  return Array.from({ length: ms / SLICE_MS }, () => all.next().value)
}

test('each slice holds what is due in it, in order; readings are numbered per sensor without a gap', () => {
  fc.assert(
    fc.property(simulationArb, (simulation) => {
      const seqs = new Map<number, Set<number>>()
      take(simulation, 500).forEach((slice, i) => {
        expect(slice.map((reading) => Math.floor(reading.due / SLICE_MS))).toEqual(slice.map(() => i))
        expect(slice).toEqual(slice.toSorted((a, b) => a.due - b.due))
        for (const reading of slice) if (!reading.copy) seqs.set(reading.sensor, (seqs.get(reading.sensor) ?? new Set()).add(reading.seq))
      })
      const inTime = simulation.disorder === 0 && simulation.hold === 0
      expect([...seqs.values()].filter((seen) => inTime && Math.max(...seen) !== seen.size - 1)).toEqual([])
      expect(Math.max(0, ...seqs.keys())).toBeLessThan(simulation.sensors)
    }),
    { numRuns: 50 },
  )
})

test('equal simulations give equal messages', () => {
  fc.assert(
    fc.property(simulationArb, (simulation) => void expect(take(simulation, 200)).toEqual(take({ ...simulation }, 200))),
    { numRuns: 20 },
  )
})

test('a quiet fleet sends at its rate, every sensor in turn, at once', () => {
  const all = take({ ...QUIET, sensors: 20, rate: 1_000 }, 1_000).flat()
  expect(all.map((r) => r.sensor)).toEqual(Array.from({ length: 1_000 }, (_, i) => i % 20))
  expect(all.map((r) => r.at)).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
  expect(all.every((r) => !r.copy && Math.floor(r.due) === r.at)).toBe(true)
})

test('the shares are kept: late, twice, held back, fast', () => {
  const all = take(
    { ...QUIET, sensors: 1_000, rate: 500, disorder: 0.1, lateMs: 20_000, duplicates: 0.05, hold: 0.3, fastClocks: 0.02 },
    180_000,
  ).flat()
  const originals = all.filter((r) => !r.copy)
  const copies = all.length - originals.length
  expect(Math.abs(copies / originals.length - 0.05)).toBeLessThan(0.005)
  const fast = new Set(originals.filter((r) => r.at > r.due + 1).map((r) => r.sensor))
  expect(Math.abs(fast.size - 20)).toBeLessThan(20)
  const honest = originals.filter((r) => !fast.has(r.sensor))
  // 30 % hold back for half of the time (15 %), 10 % of the rest are late.
  expect(Math.abs(honest.filter((r) => r.due - r.at > 1).length / honest.length - (0.15 + 0.85 * 0.1))).toBeLessThan(0.03)
  expect(honest.every((r) => r.due - r.at <= 20_000 + 30_000 + 1)).toBe(true)
})

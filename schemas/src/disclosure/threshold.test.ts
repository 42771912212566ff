import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Disclosure } from '../contract/stream.ts'
import { tailAtMost } from './exact-tail.ts'
import { noiseSd } from './noise-sd.ts'
import { noiseTail } from './tail.ts'
import { threshold } from './threshold.ts'

const policy = (epsilon: readonly [number, number], group = 10, beta: readonly [number, number] = [1, 100]): Disclosure => ({
  policy: 1,
  from: 0,
  epsilon,
  group,
  beta,
})

test('the thresholds of the protocol', () => {
  const half = policy([1, 2])
  expect([1, 2, 4, 8, 32, 96, 192, 768].map((n) => threshold(half, n))).toEqual([18, 20, 24, 29, 47, 74, 100, 191])
})

test.each([
  [policy([1, 4]), 26],
  [policy([1, 1]), 14],
  [policy([1, 4], 5), 21],
  [policy([1, 2], 5), 13],
  [policy([1, 1], 5), 9],
  // One atom has a closed form: P(G ≥ m) = α^m / (1 + α) for m ≥ 0, so β above ½ asks for a negative m.
  [policy([1, 2], 10, [3, 5]), 10],
  [policy([1, 2], 10, [99, 100]), 2],
])('%o has τ(1) = %i', (p, tau) => expect(threshold(p, 1)).toBe(tau))

test('τ agrees with the noise convolved in the plain way', () => {
  for (const [epsilon, beta] of [
    [
      [1, 2],
      [1, 100],
    ],
    [
      [1, 5],
      [1, 1000],
    ],
    [
      [2, 1],
      [1, 20],
    ],
  ] as const) {
    const p = policy(epsilon, 10, beta)
    let sums = [1]
    for (let n = 1; n <= 12; n++) {
      sums = convolve(sums, twoSided(epsilon[0] / epsilon[1]))
      expect(threshold(p, n)).toBe(10 - 1 + firstRare(sums, beta[0] / beta[1]))
    }
  }
})

test('τ(n) never falls with n, and stays near the normal distribution’s for many atoms', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000 }), (denominator, n) => {
      const p = policy([1, denominator])
      const tau = threshold(p, n)
      expect(threshold(p, n + 1)).toBeGreaterThanOrEqual(tau)
      if (n > 1_000) expect(Math.abs(tau - (9.5 + 2.326348 * noiseSd(p, n)))).toBeLessThan(1.5 + 0.002 * tau)
    }),
    { numRuns: 40, seed: 1 },
  )
})

test('doubles and 512-bit integers give the same τ, and the doubles’ error bound is far below a step of the tail', () => {
  for (const n of [1, 2, 3, 7, 96, 1_000, 30_000]) {
    const p = policy([1, 2])
    const m = threshold(p, n) - 9
    expect([tailAtMost(p.epsilon, n, m - 1, p.beta), tailAtMost(p.epsilon, n, m, p.beta)]).toEqual([false, true])
    const tail = noiseTail(0.5, n, 1e-20)
    expect((tail.at(m - 1) - tail.at(m)) / tail.at(m)).toBeGreaterThan(1e5 * tail.relative)
  }
})

test('the tail is symmetric about a half', () => {
  const tail = noiseTail(0.5, 20, 1e-20)
  for (const m of [-300, -40, -1, 0, 1, 25]) expect(tail.at(m) + tail.at(1 - m)).toBeCloseTo(1, 10)
  expect(tail.at(100_000)).toBe(0)
  expect(tail.at(-100_000)).toBeCloseTo(1, 10)
})

test('the standard deviation is that of the distribution', () => {
  for (const epsilon of [0.2, 0.5, 1]) {
    const variance = twoSided(epsilon).reduce((sum, p, i, all) => sum + p * (i - (all.length - 1) / 2) ** 2, 0)
    expect(noiseSd({ epsilon: [epsilon * 10, 10] })).toBeCloseTo(Math.sqrt(variance), 9)
    expect(noiseSd({ epsilon: [epsilon * 10, 10] }, 9)).toBeCloseTo(3 * Math.sqrt(variance), 8)
  }
})

test('a cell of no atoms has no threshold', () => {
  for (const n of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => threshold(policy([1, 2]), n)).toThrow(RangeError)
})

/** P(G = g) for g = −reach … reach. */
function twoSided(epsilon: number): number[] {
  const alpha = Math.exp(-epsilon)
  const reach = Math.ceil(45 / epsilon)
  return Array.from({ length: 2 * reach + 1 }, (_, i) => ((1 - alpha) / (1 + alpha)) * alpha ** Math.abs(i - reach))
}

function convolve(a: readonly number[], b: readonly number[]): number[] {
  const sum = Array.from({ length: a.length + b.length - 1 }, () => 0)
  a.forEach((p, i) => b.forEach((q, j) => (sum[i + j] = (sum[i + j] as number) + p * q)))
  return sum
}

function firstRare(sums: readonly number[], beta: number): number {
  const middle = (sums.length - 1) / 2
  let tail = 0
  for (let i = sums.length - 1; ; i--) {
    if (tail + (sums[i] as number) > beta) return i + 1 - middle
    tail += sums[i] as number
  }
}

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Atom, atomBytes } from './atom.ts'
import { BITS, bitThresholds } from './bit-thresholds.ts'
import { noise } from './noise.ts'

const base: Atom = { stream: 'pedestrian-counts', sensor: '107', property: 'direction_1', start: 1685923200000, size: 900000, policy: 1 }
const counting = Buffer.from([...Array(32).keys()])

test('an atom’s bytes', () => {
  expect(atomBytes(base).toString('hex')).toBe(
    '00000011' +
      '7065646573747269616e2d636f756e7473' +
      '00000003' +
      '313037' +
      '0000000b' +
      '646972656374696f6e5f31' +
      '00000008' +
      '0000018888da7c00' +
      '00000008' +
      '00000000000dbba0' +
      '00000008' +
      '0000000000000001',
  )
})

// Made with test/support/disclosure.ts; five of them also with Python's hmac, mpmath and the openssl command.
test.each<[Partial<Atom>, readonly [number, number], number]>([
  [{}, [1, 2], 3],
  [{ property: 'direction_2' }, [1, 2], -6],
  [{ start: 1685924100000 }, [1, 2], -5],
  [{ sensor: '108' }, [1, 2], 3],
  [{ policy: 2 }, [1, 2], 1],
  [{ size: 3600000 }, [1, 2], -1],
  [{ stream: 'cyclists' }, [1, 2], 0],
  [{}, [1, 5], 11],
  [{}, [1, 20], -43],
  [{ sensor: 'Straße 7' }, [1, 20], -27],
  [{ start: -900000 }, [1, 20], -116],
  [{}, [2, 1], 1],
])('test vector: %o under ε = %o gives %i', (difference, epsilon, expected) => {
  expect(noise(counting, atomBytes({ ...base, ...difference }), epsilon)).toBe(expected)
})

test('the chances of the bits make exactly a two-sided geometric', () => {
  for (const [numerator, denominator] of [
    [1, 2],
    [1, 5],
    [1, 20],
    [2, 1],
  ] as const) {
    const epsilon = numerator / denominator
    const chances = bitThresholds([numerator, denominator]).map((words) => words.reduce((p, word, i) => p + word / 2 ** (32 * (i + 1)), 0))
    const one = Array.from({ length: 2 ** BITS }, (_, a) =>
      chances.reduce((p, chance, bit) => p * ((a >> bit) & 1 ? chance : 1 - chance), 1),
    )
    const alpha = Math.exp(-epsilon)
    for (let g = 0; g < 60; g++) {
      const exact = ((1 - alpha) / (1 + alpha)) * alpha ** g
      const p = one.reduce((sum, a, i) => sum + a * (one[i + g] ?? 0), 0)
      expect(Math.abs(p - exact)).toBeLessThan(1e-14)
    }
  }
})

// Fixed keys: the outcome never changes, so these cannot fail by chance.
const draws = Array.from({ length: 60_000 }, (_, i) =>
  noise(
    createHash('sha256')
      .update(`key ${i % 7}`)
      .digest(),
    atomBytes({ ...base, start: i * base.size }),
    [1, 2],
  ),
)

test('drawn noise has the distribution (χ² over 25 cells)', () => {
  const alpha = Math.exp(-0.5)
  const reach = 12
  const cells = Array.from({ length: 2 * reach + 1 }, () => 0)
  for (const g of draws)
    cells[Math.max(-reach, Math.min(reach, g)) + reach] = (cells[Math.max(-reach, Math.min(reach, g)) + reach] as number) + 1
  const chance = (g: number) => (Math.abs(g) === reach ? alpha ** reach / (1 + alpha) : ((1 - alpha) / (1 + alpha)) * alpha ** Math.abs(g))
  const chi = cells.reduce((sum, seen, i) => sum + (seen - draws.length * chance(i - reach)) ** 2 / (draws.length * chance(i - reach)), 0)
  expect(chi).toBeLessThan(51.2) // 24 degrees of freedom, p = 0.001
})

test('drawn noise has mean zero and neighbouring windows are independent', () => {
  const variance = (2 * Math.exp(-0.5)) / (1 - Math.exp(-0.5)) ** 2
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length
  expect(Math.abs(mean)).toBeLessThan(3.3 * Math.sqrt(variance / draws.length))
  for (const lag of [1, 2, 7, 96]) {
    const covariance = draws.reduce((sum, g, i) => sum + g * (draws[i - lag] ?? 0), 0) / draws.length
    expect(Math.abs(covariance)).toBeLessThan((3.3 * variance) / Math.sqrt(draws.length))
  }
})

test('one passage more or less changes the chance of no outcome by more than e^ε', () => {
  const count = (set: readonly number[], y: number) => set.filter((g) => g === y).length
  const half = draws.length / 2
  const without = draws.slice(0, half)
  const withOne = draws.slice(half).map((g) => g + 1)
  for (let y = -8; y <= 8; y++) {
    const [a, b] = [count(without, y), count(withOne, y)]
    const slack = 4 * Math.sqrt(1 / a + 1 / b)
    expect(Math.abs(Math.log(a / b))).toBeLessThan(0.5 + slack)
  }
})

test('an ε that 11 bits cannot carry is refused', () => {
  for (const epsilon of [
    [1, 24],
    [0, 1],
    [-1, 2],
    [1, 0],
    [0.5, 1],
  ] as const)
    expect(() => noise(counting, atomBytes(base), epsilon)).toThrow(/ε/)
  expect(Number.isInteger(noise(counting, atomBytes(base), [1, 23]))).toBe(true)
})

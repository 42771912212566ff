import { createHash } from 'node:crypto'
import { threshold } from '@commonstream/schemas'
import { atomBytes } from '@commonstream/worker/fold/disclosure/atom.ts'
import { noise } from '@commonstream/worker/fold/disclosure/noise.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secondAtom, secondNoise, secondThreshold } from './disclosure.ts'

const name = fc.string({ unit: 'grapheme', maxLength: 12 })
const atom = fc.record({
  stream: name,
  sensor: name,
  property: name,
  start: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
  size: fc.nat(),
  policy: fc.nat(65_535),
})
const epsilon = fc.constantFrom([1, 2], [1, 4], [1, 5], [1, 20], [3, 7], [1, 1], [2, 1]) as fc.Arbitrary<[number, number]>

test('both spell atoms alike', () => {
  fc.assert(
    fc.property(atom, (a) => {
      expect(atomBytes(a).toString('hex')).toBe(secondAtom(a))
    }),
  )
})

test('both draw the same noise', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), atom, epsilon, (bytes, a, e) => {
      const key = Buffer.from(bytes)
      expect(noise(key, atomBytes(a), e)).toBe(secondNoise(key, a, e))
    }),
    { numRuns: 500 },
  )
})

test('both draw the same noise for a month of windows', () => {
  const key = createHash('sha256').update('a month').digest()
  for (let i = 0; i < 30 * 96; i++) {
    const a = {
      stream: 'pedestrian-counts',
      sensor: '107',
      property: 'direction_1',
      start: 1_685_000_000_000 + i * 900_000,
      size: 900_000,
      policy: 1,
    }
    expect(noise(key, atomBytes(a), [1, 2])).toBe(secondNoise(key, a, [1, 2]))
  }
})

test('both find the same thresholds', () => {
  const half = { policy: 1, from: 0, epsilon: [1, 2], group: 10, beta: [1, 100] } as const
  for (const n of [1, 2, 3, 5, 30, 96, 700, 2_000]) expect(secondThreshold(half, n)).toBe(threshold(half, n))
  const others = [
    [
      [1, 5],
      [1, 20],
    ],
    [
      [1, 1],
      [1, 1000],
    ],
    [
      [3, 2],
      [1, 50],
    ],
  ] as const
  for (const [e, beta] of others) {
    const policy = { policy: 2, from: 0, epsilon: e, group: 5, beta }
    for (const n of [1, 4, 64]) expect(secondThreshold(policy, n)).toBe(threshold(policy, n))
  }
})

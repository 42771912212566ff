import { createHash } from 'node:crypto'
import type { FoldDocument } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atomBytes } from './atom.ts'
import { noise } from './noise.ts'
import { releaseWindow } from './release.ts'

const property = (name: string) => ({ name, kind: 'count', resolution: '1', nullable: false, aggregates: ['sum'] }) as const
const document = {
  stream: 'pedestrian-counts',
  sizeMs: 900_000,
  properties: [property('direction_1'), property('direction_2')],
  disclosure: { policy: 3, from: 0, epsilon: [1, 2], group: 10, beta: [1, 100] },
} as unknown as FoldDocument
const key = createHash('sha256').update('a day').digest()
const start = 1_685_923_200_000

test('a release is the sums plus the noise of their atoms', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(100_000), fc.nat(100_000), (k, a, b) => {
      const at = start + k * 900_000
      const noises = ['direction_1', 'direction_2'].map((name) =>
        noise(key, atomBytes({ stream: 'pedestrian-counts', sensor: '4', property: name, start: at, size: 900_000, policy: 3 }), [1, 2]),
      )
      expect(releaseWindow(document, key, '4', at, 900_000, [a, b])).toEqual([a + (noises[0] as number), b + (noises[1] as number)])
    }),
    { numRuns: 50 },
  )
})

test('an empty window is released as zero passages, in no way different', () => {
  expect(releaseWindow(document, key, '4', start, 900_000, null)).toEqual(releaseWindow(document, key, '4', start, 900_000, [0, 0]))
})

test('each of sensor, window, size, key and policy has noise of its own', () => {
  const windows = Array.from({ length: 40 }, (_, i) => start + i * 900_000)
  const series = (change: (at: number) => number[]) => windows.flatMap(change).join()
  const all = [
    series((at) => releaseWindow(document, key, '4', at, 900_000, null)),
    series((at) => releaseWindow(document, key, '5', at, 900_000, null)),
    series((at) => releaseWindow(document, key, '4', at + 900_000_000, 900_000, null)),
    series((at) => releaseWindow(document, key, '4', at, 3_600_000, null)),
    series((at) => releaseWindow(document, createHash('sha256').update('another day').digest(), '4', at, 900_000, null)),
    series((at) => releaseWindow({ ...document, disclosure: { ...document.disclosure!, policy: 4 } }, key, '4', at, 900_000, null)),
  ]
  expect(new Set(all).size).toBe(all.length)
})

test('what cannot be released is refused without showing it', () => {
  expect(() => releaseWindow({ ...document, disclosure: null }, key, '4', start, 900_000, [1, 2])).toThrow(/no disclosure policy/)
  expect(() => releaseWindow(document, key, '4', start, 900_000, [1])).toThrow(/2 properties/)
  expect(() => releaseWindow(document, key, '4', start, 900_000, [1.5, 2])).toThrow(/^((?!1\.5).)*$/)
})

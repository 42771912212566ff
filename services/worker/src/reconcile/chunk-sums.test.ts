import { expect, test } from 'vitest'
import { type ChunkSums, faultsOf, holesOf, keepsCarries, type Kept } from './chunk-sums.ts'

const HOUR = 3_600_000
const NOW = 1_000_000 * HOUR
const sound: ChunkSums = {
  partition: 0,
  chunk: 0,
  last: 9,
  records: 10,
  stored: 8,
  at: NOW,
  partials: 8,
  first: NOW - HOUR,
  accounted: 10,
  accountedStored: 8,
  readings: 8,
  sameIds: true,
  carryCount: 2,
  carryHash: 'h',
}
const kept: Kept = { readingsMs: 48 * HOUR, partialsMs: 48 * HOUR, carriesMs: 72 * HOUR, now: NOW }
const whole = { count: 2, hash: 'h' }

test('a chunk as the ledger says has no faults', () => {
  expect(faultsOf(sound, kept, whole)).toEqual([])
  expect(faultsOf(sound, kept, null)).toEqual([])
})

test.each([
  ['lost partials', { partials: 0 }, /partials hold 0/],
  ['partials counted twice', { partials: 9 }, /partials hold 9/],
  ['lost accounts', { accounted: 0, accountedStored: 0 }, /accounts/],
  ['a lost reading', { readings: 7 }, /7 readings/],
  ['another reading in its place', { sameIds: false }, /other events/],
] as const)('%s is a fault', (_, change, words) => {
  expect(faultsOf({ ...sound, ...change }, kept, whole)).toEqual([expect.stringMatching(words)])
})

test('lost or other points before the open windows are a fault, as long as they are kept', () => {
  expect(faultsOf(sound, kept, { count: 1, hash: 'x' })).toEqual(['1 points before the open windows stand for its 2, or others'])
  expect(faultsOf(sound, kept, { count: 2, hash: 'x' })).toHaveLength(1)
  expect([keepsCarries(sound, kept), keepsCarries({ ...sound, at: NOW - 72 * HOUR }, kept)]).toEqual([true, false])
  expect(keepsCarries({ ...sound, at: 0 }, { ...kept, now: null })).toBe(true)
})

test('rows that may have expired are not missed; in a replay nothing expires', () => {
  const old = { ...sound, first: NOW - 49 * HOUR, readings: 0, partials: 3 }
  expect(faultsOf(old, kept, whole)).toEqual([])
  expect(faultsOf(old, { ...kept, now: null }, whole)).toHaveLength(2)
  expect(faultsOf({ ...sound, readings: 0, sameIds: false }, { ...kept, readingsMs: 0 }, whole)).toEqual([])
})

test('holes and overlaps are named; a warm-up row is none', () => {
  const row = (partition: number, chunk: number, last: number) => ({ partition, chunk, last })
  expect(holesOf([row(0, 0, 9), row(0, 10, 19), row(1, 0, 4), row(1, 5, 8)])).toEqual([])
  expect(holesOf([row(0, 0, 9), row(0, 11, 19)])).toEqual([expect.stringContaining('chunk 11 follows')])
  expect(holesOf([row(0, 0, 9), row(0, 500, 500), row(0, 501, 600)])).toEqual([])
})

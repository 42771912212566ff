import { expect, test } from 'vitest'
import { LAW } from '../fold/scale.ts'
import { resumeAt } from './position.ts'

const { horizon: HORIZON, protectedHorizon: PROTECTED_HORIZON } = LAW

const sound = { committed: 65_536, low: 0, high: 70_000, certified: true, recent: 0 }

test('a certified chunk start resumes there, with the horizon before it', () => {
  expect(resumeAt(sound, HORIZON)).toEqual({ from: 65_536, warmFrom: 0 })
  expect(resumeAt({ ...sound, committed: 400_000, high: 500_000 }, HORIZON)).toEqual({ from: 400_000, warmFrom: 400_000 - 262_144 })
  expect(resumeAt({ ...sound, recent: 65_000 }, PROTECTED_HORIZON)).toEqual({ from: 65_536, warmFrom: 65_000 })
  expect(resumeAt({ ...sound, committed: 0, certified: false }, HORIZON)).toEqual({ from: 0, warmFrom: 0 })
})

test.each([
  ['no commit', { committed: -1 }, /no committed offset/],
  ['kafkajs wiped it', { committed: -2 }, /no committed offset/],
  ['an emptied store', { certified: false }, /no complete row/],
  ['a trimmed log', { low: 65_600 }, /before the log's start/],
  ['a trimmed log that starts at 0 no more', { committed: 0, low: 5 }, /before the log's start/],
  ['a new, shorter topic', { high: 10 }, /beyond the log's end/],
  ['a cut horizon', { low: 100 }, /duplicates are gone/],
  ['a horizon that may be cut at its edge', { low: 100, recent: 100 }, /duplicates are gone/],
])('position lost: %s', (_, change, reason) => {
  expect(resumeAt({ ...sound, ...change }, HORIZON)).toEqual({ lost: expect.stringMatching(reason) as string })
})

test('a log whose head is older than the horizon is whole', () => {
  expect(resumeAt({ ...sound, low: 100, recent: 30_000 }, PROTECTED_HORIZON)).toEqual({ from: 65_536, warmFrom: 30_000 })
})

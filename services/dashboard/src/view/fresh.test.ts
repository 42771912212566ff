import { expect, test } from 'vitest'
import { en } from '../words/en.ts'
import { createFigures } from '../words/figures.ts'
import { freshOf } from './fresh.ts'
import { averagesOf } from './reading.ts'
import { fullness, HOUR, nowOf, rowOf } from './samples.ts'

const now = Date.UTC(2023, 5, 4, 22, 0)
const about = {
  sensors: [nowOf('1', { state: 'value', value: 1, from: now - HOUR, to: now - HOUR }), nowOf('2', { state: 'few' }), nowOf('3')],
  now,
  words: en,
  figures: createFigures('en-GB', 'Australia/Melbourne'),
}

test('age is by the watermark, else by the newest figure, else there is none', () => {
  const age = (watermark: number | null, sensors = about.sensors) =>
    freshOf({ ...about, sensors, watermark, all: null, secret: false, view: 'public' }).age
  expect(age(now - 12 * 60_000)).toBe('Final up to 5 June at 07:48 (12 minutes ago)')
  expect(age(now)).toBe('Final up to 5 June at 08:00 (just now)')
  expect(age(null)).toBe('Newest figure of 5 June at 07:00 (60 minutes ago)')
  expect(age(null, [])).toBe('Nothing is final yet')
})

test('completeness is who was heard; a protected stream tells the public only how many are shown', () => {
  const all = averagesOf([rowOf({ mean: 3, reporting: 71, expected: 73, status: 'partial' })], fullness)[0]!
  const complete = (o: { secret: boolean; view: 'public' | 'internal' }, heard = all) => {
    const fresh = freshOf({ ...about, watermark: now, all: o.secret ? { ...heard, reporting: null } : heard, ...o })
    return [fresh.complete, fresh.partial]
  }
  expect(complete({ secret: false, view: 'public' })).toEqual(['71 of 73 sensors heard', true])
  expect(complete({ secret: true, view: 'public' })).toEqual(['1 of 3 sensors shown', false])
  expect(complete({ secret: true, view: 'internal' })).toEqual(['2 of 3 sensors with a figure', true])
})

import { expect, test } from 'vitest'
import { isoDuration } from './duration.ts'
import { everiesOf } from './every.ts'

test('a stream can be asked for its windows and for all that is longer', () => {
  const names = (sizeMs: number) => everiesOf({ window: { sizeMs } }).map((every) => every.name)
  expect(names(900_000)).toEqual(['PT15M', 'PT1H', 'P1D', 'P7D'])
  expect(names(3_600_000)).toEqual(['PT1H', 'P1D', 'P7D'])
  expect(names(60_000)).toEqual(['PT1M', 'PT1H', 'P1D', 'P7D'])
})

test('durations are written by their largest unit', () => {
  expect([1_000, 90_000, 900_000, 7_200_000, 172_800_000, 0, 1_500].map(isoDuration)).toEqual([
    'PT1S',
    'PT90S',
    'PT15M',
    'PT2H',
    'P2D',
    'PT0S',
    'PT1.5S',
  ])
})

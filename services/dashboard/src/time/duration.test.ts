import { expect, test } from 'vitest'
import { durationOf } from './duration.ts'

test('durationOf reads days and less, and refuses the rest', () => {
  expect(['PT15M', 'PT1H', 'P1D', 'P7D', 'PT1M30S', 'P1DT2H'].map(durationOf)).toEqual([
    900_000, 3_600_000, 86_400_000, 604_800_000, 90_000, 93_600_000,
  ])
  expect(['', 'P', 'PT', 'P1M', '15', 'PT15'].map(durationOf)).toEqual([null, null, null, null, null, null])
})

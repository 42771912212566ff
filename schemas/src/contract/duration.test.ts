import { expect, test } from 'vitest'
import { durationMs } from './duration.ts'

test.each([
  ['PT15M', 900_000],
  ['PT1H', 3_600_000],
  ['PT1H30M', 5_400_000],
  ['P1D', 86_400_000],
  ['P1DT12H', 129_600_000],
  ['P2W', 1_209_600_000],
  ['P10Y', 315_576_000_000],
  ['PT0.5S', 500],
  ['PT0S', 0],
])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms))

test.each(['', 'P', 'PT', 'P1M', 'P1H', 'PT1D', '15M', 'P-1D', 'pt1h', 'P1D ', 'P1DT'])('"%s" is none', (text) =>
  expect(durationMs(text)).toBeNull(),
)

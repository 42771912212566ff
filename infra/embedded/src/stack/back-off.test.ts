import { expect, test } from 'vitest'
import { backOff } from './back-off.ts'

test('waits double from half a second to half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map(backOff)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

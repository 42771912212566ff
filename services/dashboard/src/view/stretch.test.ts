import { expect, test } from 'vitest'
import type { StreamAnswer } from '../answers/answers.ts'
import { moved, rangesOf, stretchOf } from './stretch.ts'

const stream = { zone: 'Australia/Melbourne', window: 'PT15M', windowMs: 900_000, everyMs: 60_000 } as StreamAnswer
const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Australia/Melbourne]`).epochMilliseconds
const now = at('2025-04-06T15:00')

test('a day is the local day, 25 hours long when the clock goes back', () => {
  expect(stretchOf(stream, 'day', null, now)).toEqual({
    from: at('2025-04-06T00:00'),
    to: at('2025-04-07T00:00'),
    every: 'PT15M',
    lastDay: '2025-04-06',
    live: true,
  })
  const day = stretchOf(stream, 'day', '2025-04-06', now)
  expect(day.to - day.from).toBe(25 * 3_600_000)
})

test('longer ranges end with the day asked for, in coarser steps; the future is today', () => {
  expect(stretchOf(stream, 'week', '2025-03-31', now)).toMatchObject({
    from: at('2025-03-25T00:00'),
    to: at('2025-04-01T00:00'),
    every: 'PT1H',
    live: false,
  })
  expect(stretchOf(stream, 'month', null, now)).toMatchObject({ from: at('2025-03-08T00:00'), every: 'P1D' })
  expect(stretchOf(stream, 'day', '2030-01-01', now).lastDay).toBe('2025-04-06')
  expect(stretchOf({ ...stream, window: 'PT1H', windowMs: 3_600_000 }, 'week', null, now).every).toBe('PT1H')
})

test('moving goes by whole stretches and ends at the present', () => {
  const yesterday = stretchOf(stream, 'day', '2025-04-05', now)
  expect(moved(yesterday, 'day', -1, now, stream.zone)).toBe('2025-04-04')
  expect(moved(yesterday, 'day', 1, now, stream.zone)).toBeNull()
  expect(moved(yesterday, 'week', -1, now, stream.zone)).toBe('2025-03-29')
})

test('a stream that reports daily opens with a month, has no day, and its steps are days', () => {
  const bins = { ...stream, everyMs: 86_400_000, window: 'PT1H', windowMs: 3_600_000 }
  expect([rangesOf(stream)[0], rangesOf(bins)]).toEqual(['day', ['month', 'week']])
  expect([stretchOf(bins, 'week', null, now).every, stretchOf(bins, 'month', null, now).every]).toEqual(['P1D', 'P1D'])
})

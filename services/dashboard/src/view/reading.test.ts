import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowAnswer } from '../answers/answers.ts'
import type { Measure } from './measure.ts'
import { averagesOf, newestOf, readingsOf, until } from './reading.ts'

const count: Measure = { id: 'n', properties: ['n'], kind: 'count', unit: '1', observed: 'peopleCount', doc: '' }
const gauge: Measure = { ...count, kind: 'gauge', observed: '' }
const row = (o: Partial<RowAnswer>): RowAnswer => ({
  sensor: null,
  from: 0,
  to: 10,
  sum: null,
  mean: null,
  min: null,
  max: null,
  last: null,
  expected: 4,
  reporting: null,
  noiseSd: null,
  status: 'ok',
  ...o,
})

test('zero is a value; suppressed and unknown are two other things', () => {
  const states = readingsOf([row({ sum: 0 }), row({ status: 'suppressed' }), row({ status: 'no_data' }), row({ sum: null })], count)
  expect(states.map((r) => [r.state, r.value])).toEqual([
    ['value', 0],
    ['few', null],
    ['unknown', null],
    ['unknown', null],
  ])
})

test('a figure beside a status that hides it is not shown, whatever it is', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom('suppressed' as const, 'no_data' as const), (sum, status) => {
      const [own] = readingsOf([row({ sum, last: sum, status, noiseSd: 3 })], count)
      const [average] = averagesOf([row({ sum, mean: sum, min: sum, max: sum, status })], gauge)
      expect([own!.value, own!.sd, average!.value, average!.low, average!.high]).toEqual([null, null, null, null, null])
    }),
  )
})

test('an average of counts is the sum and its noise over the sensors; of gauges the mean within lowest and highest', () => {
  expect(averagesOf([row({ sum: 100, noiseSd: 8 })], count)[0]).toMatchObject({ value: 25, sd: 2, low: null })
  expect(averagesOf([row({ sum: 100, expected: 0 })], count)[0]).toMatchObject({ value: null, state: 'unknown' })
  expect(averagesOf([row({ mean: 4.5, min: 0, max: 10, status: 'partial' })], gauge)[0]).toMatchObject({
    value: 4.5,
    low: 0,
    high: 10,
    partial: true,
  })
})

test('a gauge shows its last figure, else its mean', () => {
  expect(readingsOf([row({ last: 8, mean: 5 }), row({ mean: 5 })], gauge).map((r) => r.value)).toEqual([8, 5])
})

test('what is still to come is left out, what was held back or is missing before is not', () => {
  const readings = readingsOf(
    [
      row({ status: 'no_data' }),
      row({ from: 10, to: 20, sum: 1 }),
      row({ from: 20, to: 30, status: 'no_data' }),
      row({ from: 30, to: 40, sum: 2 }),
    ],
    count,
  )
  expect(until(readings, 20).map((r) => r.from)).toEqual([0, 10, 30])
  expect(until(readings, null).map((r) => r.from)).toEqual([10, 30])
  expect(newestOf(readings)?.value).toBe(2)
  expect(newestOf([])).toBeNull()
})

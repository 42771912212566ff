import { expect, test } from 'vitest'
import { readAddress } from '../address/address.ts'
import { en } from '../words/en.ts'
import { createFigures } from '../words/figures.ts'
import { choiceOf } from './choice.ts'
import { type Answers, pageOf } from './page.ts'
import { pedestrians, rowOf, sensorOf } from './samples.ts'

const now = Date.UTC(2023, 5, 5, 4, 10)
const choice = choiceOf(readAddress(''), [pedestrians], now)!
const o = { now, view: 'public' as const, words: en, figures: createFigures('en-GB', pedestrians.zone) }
const nothing: Answers = { sensors: null, newest: null, own: null, all: null, status: null, alerts: null }

test('a page waits for what it was not told, and says nothing of it', () => {
  expect(pageOf(choice, null, nothing, o)).toEqual({
    sensors: null,
    chosen: null,
    answer: null,
    fresh: null,
    own: null,
    others: null,
    alerts: null,
    parts: null,
  })
  expect(pageOf(choice, null, { ...nothing, sensors: [sensorOf('1')] }, o).answer).toBeNull()
})

test('an empty register is an answer of its own', () => {
  expect(pageOf(choice, null, { ...nothing, sensors: [] }, o).answer?.headline).toBe('No sensor is registered for this stream.')
})

test('what is past the watermark and unknown is not drawn; alerts of other streams are not shown', () => {
  const quarter = (i: number, status: 'ok' | 'no_data') =>
    rowOf({ from: now - 900_000 * (3 - i), to: now - 900_000 * (2 - i), sum: status === 'ok' ? 5 : null, status })
  const alert = { id: '1', stream: 'pedestrians', subject: '1', severity: 'warning', title: 'Crowd', since: now, acknowledged: null }
  const page = pageOf(
    choice,
    '1',
    {
      ...nothing,
      sensors: [sensorOf('1', { values: { in: 2, out: 3 } })],
      own: [quarter(0, 'no_data'), quarter(1, 'ok'), quarter(2, 'no_data')],
      status: {
        clock: { now, speed: 1, replayOf: null },
        parts: [],
        streams: [{ stream: 'pedestrians', watermark: now - 900_000, reason: null, approval: null }],
      },
      alerts: [alert, { ...alert, id: '2', stream: 'bins' }],
    },
    o,
  )
  expect(page.own?.map((r) => r.state)).toEqual(['unknown', 'value'])
  expect(page.alerts?.map((a) => a.id)).toEqual(['1'])
  expect(page.chosen?.value).toBe(5)
})

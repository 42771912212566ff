import { expect, test } from 'vitest'
import type { Refused } from './refused.ts'
import { type Filter, select } from './select.ts'

const all: Filter = { streams: [], reasons: [], from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
const refused = (change: Partial<Refused>): Refused => ({
  ...{ stream: 'bin-levels', sensor: 'bin-01', reason: 'invalid', at: 1_000, mqttTopic: 'city/bin-levels/bin-01', topic: null },
  ...{ partition: null, offset: null, length: 3, bytes: Buffer.from('abc'), quarantined: '0/1', ...change },
})

test('the filter takes stream, reason and a half-open time', () => {
  const list = [
    refused({ quarantined: '0/1' }),
    refused({ quarantined: '0/2', reason: 'too_old' }),
    refused({ quarantined: '0/3', at: 2_000 }),
    refused({ quarantined: '0/4', stream: 'other' }),
  ]
  const { chosen, passed } = select(list, { streams: ['bin-levels'], reasons: ['invalid'], from: 1_000, to: 2_000 }, new Set())
  expect(chosen.map((r) => r.quarantined)).toEqual(['0/1'])
  expect(passed).toEqual(new Map([['filtered', 3]]))
})

test('each place of an original counts once, and not again when it was sent', () => {
  const worker = { topic: 'city.bin-levels.events', partition: 1, offset: 7 }
  const list = [refused({ quarantined: '0/1', ...worker }), refused({ quarantined: '0/2', ...worker }), refused({ quarantined: '0/3' })]
  expect(select(list, all, new Set()).chosen.map((r) => r.quarantined)).toEqual(['0/1', '0/3'])
  const again = select(list, all, new Set(['city.bin-levels.events/1/7', 'quarantine/0/3']))
  expect(again.chosen).toEqual([])
  expect(again.passed).toEqual(new Map([['sent before', 2]]))
})

test('what was not kept whole is passed over, and said', () => {
  const list = [refused({ quarantined: '0/1', bytes: null }), refused({ quarantined: '0/2', length: 99 })]
  expect(select(list, all, new Set()).passed).toEqual(
    new Map([
      ['no bytes kept', 1],
      ['bytes cut short', 1],
    ] as const),
  )
})

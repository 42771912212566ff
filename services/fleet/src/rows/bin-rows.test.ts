import { expect, test } from 'vitest'
import { binRows } from './bin-rows.ts'

test('bins are numbered by their serial numbers, moved by whole weeks, each at its own minute', () => {
  const rows = binRows('timestamp,latestFullness,serialNumber\n2019-11-25,10,1511203\n2019-11-25,4,1511190\n2019-10-27,0,1511191\n')
  expect(rows).toEqual([
    { sensor: 'bin-02', at: Date.UTC(2023, 4, 6, 19, 4), payload: { at: '2023-05-07T05:04:00+10:00', fullness: 0 } },
    { sensor: 'bin-01', at: Date.UTC(2023, 5, 4, 19, 0), payload: { at: '2023-06-05T05:00:00+10:00', fullness: 4 } },
    { sensor: 'bin-03', at: Date.UTC(2023, 5, 4, 19, 8), payload: { at: '2023-06-05T05:08:00+10:00', fullness: 10 } },
  ])
})

test('the time of day is local on both sides of a change of clocks', () => {
  const rows = binRows('timestamp,bin,latestFullness\n2019-04-06,1,2\n2019-04-08,1,2\n', 0)
  expect(rows.map((row) => row.payload['at'])).toEqual(['2019-04-06T05:00:00+11:00', '2019-04-08T05:00:00+10:00'])
})

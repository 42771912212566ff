import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOf } from './instants.ts'

const at = (iso: string) => Date.parse(iso)

test.each([
  ['2023-05-19T05:33:35.641841782Z', at('2023-05-19T05:33:35.641Z')],
  ['2023-05-22T07:47:05.404859+00:00', at('2023-05-22T07:47:05.404Z')],
  ['2025-01-22T14:44:37+11:00', at('2025-01-22T03:44:37Z')],
  ['2025-01-22 14:44:37+11', at('2025-01-22T03:44:37Z')],
  [1_684_478_801_936, 1_684_478_801_936],
  [1_712_887_803, 1_712_887_803_000],
  ['1712887803', 1_712_887_803_000],
  ['1684478801936', 1_684_478_801_936],
  [0, 0],
])('instantOf reads %s without a zone', (text, wanted) => {
  expect(instantOf(text, null)).toBe(wanted)
  expect(instantOf(text, 'Asia/Seoul')).toBe(wanted)
})

test.each([
  ['2016-06-03 13:23:26', 'Europe/London', at('2016-06-03T12:23:26Z')],
  ['2016-06-03T13:23', 'Europe/London', at('2016-06-03T12:23:00Z')],
  ['2016-12-03 13:23:26', 'Europe/London', at('2016-12-03T13:23:26Z')],
  ['202506302359', 'Asia/Seoul', at('2025-06-30T14:59:00Z')],
  ['20250630235901', 'Asia/Seoul', at('2025-06-30T14:59:01Z')],
  ['20250630', 'Asia/Seoul', at('2025-06-29T15:00:00Z')],
  ['2019-01-24', 'Australia/Melbourne', at('2019-01-23T13:00:00Z')],
  ['24/01/2019 10:30', 'Australia/Melbourne', at('2019-01-23T23:30:00Z')],
  ['4.1.2019', 'Europe/Berlin', at('2019-01-03T23:00:00Z')],
  ['03-06-2016', 'Europe/London', at('2016-06-02T23:00:00Z')],
])('instantOf reads %s in %s, and only there', (text, zone, wanted) => {
  expect(instantOf(text, zone)).toBe(wanted)
  expect(instantOf(text, null)).toBeNull()
})

test('of a local hour that a clock change repeats the first is meant, and one that it skips is none', () => {
  expect(instantOf('2025-04-06 02:30', 'Australia/Melbourne')).toBe(at('2025-04-05T15:30:00Z'))
  expect(instantOf('2025-10-05 02:30', 'Australia/Melbourne')).toBeNull()
  expect(instantOf('2025-10-05 03:00', 'Australia/Melbourne')).toBe(at('2025-10-04T16:00:00Z'))
})

test.each([
  '',
  ' ',
  'yesterday',
  '2023-13-01',
  '2023-02-30 10:00',
  '2023-05-19T25:00:00Z',
  '123',
  '99999999999999999999',
  '2023-05-19T',
  '5/19/2023',
  null,
  true,
  {},
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
])('instantOf finds none in %j', (value) => {
  expect(instantOf(value, 'Europe/London')).toBeNull()
})

test('instantOf gives back every instant that is written in RFC 3339, and never throws', () => {
  const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
  fc.assert(
    fc.property(date, (written) => {
      expect(instantOf(written.toISOString(), null)).toBe(written.getTime())
    }),
  )
  const anything = fc.oneof(fc.string({ maxLength: 45 }), fc.stringMatching(/^[0-9T:. +Z/-]{0,40}$/), fc.double(), fc.anything())
  fc.assert(
    fc.property(anything, (value) => {
      const instant = instantOf(value, 'America/Montreal')
      expect(instant === null || Number.isSafeInteger(instant)).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

import { expect, test } from 'vitest'
import { fileTime } from './local-time.ts'

const MELBOURNE = 'Australia/Melbourne'
const at = (text: string, hour: string | null = null, ambiguous: 'earlier' | 'later' | null = null) =>
  fileTime(text, hour, MELBOURNE, ambiguous)

test.each<[string, string | null, string]>([
  ['01/04/2025', '0', '2025-03-31T13:00:00Z'],
  ['01/04/2025', '23', '2025-04-01T12:00:00Z'],
  ['2025-04-01', '07:15', '2025-03-31T20:15:00Z'],
  ['2025-04-01 07:15', null, '2025-03-31T20:15:00Z'],
  ['2025-04-01T07:15:30', null, '2025-03-31T20:15:30Z'],
  ['2018-08-13', null, '2018-08-12T14:00:00Z'],
  ['2025-04-01T07:15:00+02:00', null, '2025-04-01T05:15:00Z'],
  [' 2025-04-01T07:15:00Z ', null, '2025-04-01T07:15:00Z'],
])('%j with hour %j is %s', (text, hour, instant) => {
  expect(at(text, hour)).toBe(Date.parse(instant))
})

test('the night in which the clock goes back: hour 2 is two hours, and the file must say which', () => {
  const hours = ['0', '1', '2', '3', '4'].map((hour) => at('06/04/2025', hour))
  expect(hours).toEqual([
    Date.parse('2025-04-05T13:00:00Z'),
    Date.parse('2025-04-05T14:00:00Z'),
    'ambiguous',
    Date.parse('2025-04-05T17:00:00Z'),
    Date.parse('2025-04-05T18:00:00Z'),
  ])
  expect(at('06/04/2025', '2', 'earlier')).toBe(Date.parse('2025-04-05T15:00:00Z'))
  expect(at('2025-04-06 02:59', null, 'later')).toBe(Date.parse('2025-04-05T16:59:00Z'))
})

test('the night in which it goes forward: hour 2 is none, whatever the mapping says', () => {
  expect(at('05/10/2025', '2')).toBe('missing')
  expect(at('2025-10-05 02:30', null, 'later')).toBe('missing')
  expect(at('05/10/2025', '3')).toBe(Date.parse('2025-10-04T16:00:00Z'))
})

test.each<[string, string | null]>([
  ['', null],
  ['yesterday', null],
  ['31/02/2025', '1'],
  ['01/04/2025', '24'],
  ['01/04/2025', ''],
  ['01/04/2025', '-1'],
  ['2025-04-01T07:15:00', '3'],
])('%j with hour %j is no time', (text, hour) => {
  expect(at(text, hour)).toBe('no_time')
})

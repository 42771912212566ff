import { expect, test } from 'vitest'
import { type Mapping, mapped, plainMapping, rowReading, rowReadings } from './mapping.ts'
import type { Reading } from './reading.ts'

const mapping = (over: Partial<Mapping>): Mapping => ({ ...plainMapping('Europe/London'), ...over })
const reading = (values: Reading['values']): Reading => ({ sensor: 'a', at: 1, dated: true, boot: null, seq: null, values })

test('mapped gives values the names and labels of the stream, and keeps what is not listed', () => {
  const occupancy = mapping({
    fields: { state: 'occupied', battery: 'battery_voltage' },
    values: { state: { true: 'Present', false: 'Unoccupied' } },
  })
  expect(mapped(reading({ occupied: true, battery_voltage: 3.1, message: 'heartbeat' }), occupancy).values).toEqual({
    state: 'Present',
    battery: 3.1,
  })
  expect(mapped(reading({ occupied: null }), occupancy).values).toEqual({ state: null })
  expect(mapped(reading({ distance: 5 }), plainMapping('UTC')).values).toEqual({ distance: 5 })
})

test('rowReading takes sensor and time out of a row, and types its cells', () => {
  const bins = mapping({
    sensor: 'ID',
    at: 'Collected',
    missing: ['', 'na'],
    text: ['name'],
    fields: { level: 'Fill', weight: 'Weight', frozen: 'Frozen', name: 'Name', confidence: 'Confidence' },
  })
  const row = {
    ID: '325143',
    Collected: '2016-06-03 13:23:26',
    Fill: '43',
    Weight: '7.178461',
    Frozen: 'True',
    Name: '007',
    Confidence: 'na',
    Partial: 'False',
  }
  expect(rowReading(row, bins)).toEqual({
    sensor: '325143',
    at: Date.parse('2016-06-03T12:23:26Z'),
    dated: true,
    boot: null,
    seq: null,
    values: { level: 43, weight: 7.178461, frozen: true, name: '007', confidence: null },
    dropped: ['Partial'],
  })
})

test('rowReading without declared fields takes all but sensor and time', () => {
  expect(
    rowReading({ id: 7, t: 1_700_000_000, a: '1e3', b: 'x', c: [1], d: '-0.5', e: '' }, mapping({ sensor: 'id', at: 't' })),
  ).toMatchObject({
    sensor: '7',
    at: 1_700_000_000_000,
    values: { a: 1_000, b: 'x', d: -0.5, e: null },
  })
})

test('what is no sensor and no time is none; what only looks like a number stays text', () => {
  const { sensor, at, values } = rowReading(
    { id: {}, t: 'noon', a: '1e999', b: '0x10', c: '1,5', d: '1'.repeat(50) },
    mapping({ sensor: 'id', at: 't' }),
  )
  expect({ sensor, at, values }).toEqual({ sensor: null, at: null, values: { a: '1e999', b: '0x10', c: '1,5', d: '1'.repeat(50) } })
})

test('true and false become 1 and 0 in a property that is a number', () => {
  const numbers = mapping({ numbers: ['occupied'], values: { lid: { true: 'open' } } })
  expect(mapped(reading({ occupied: true, calibrated: false, lid: true }), numbers).values).toEqual({
    occupied: 1,
    calibrated: false,
    lid: 'open',
  })
  expect(rowReading({ occupied: 'False' }, numbers).values).toEqual({ occupied: 0 })
})

test('names of the language are no values', () => {
  expect(rowReading({ a: '1' }, mapping({ fields: { x: 'constructor', y: '__proto__', z: 'a' } })).values).toEqual({ z: 1 })
  expect(mapped(reading({ a: 'toString' }), mapping({ values: { a: { b: 1 } } })).values).toEqual({ a: 'toString' })
})

test('of several names the first that is there counts', () => {
  const either = mapping({
    sensor: ['station', 'Datastream.id'],
    at: ['time', 'phenomenonTime'],
    fields: { n: ['count', 'result'], m: 'm' },
  })
  expect(rowReading({ 'Datastream.id': 12, phenomenonTime: '2024-03-01T10:00:00Z', result: 4 }, either)).toMatchObject({
    sensor: '12',
    at: Date.parse('2024-03-01T10:00:00Z'),
    values: { n: 4 },
  })
  expect(rowReading({ station: 's', time: '2024-03-01T10:00:00Z', count: 3, result: 4 }, either)).toMatchObject({
    sensor: 's',
    values: { n: 3 },
  })
  expect(mapped(reading({ result: 5 }), either).values).toEqual({ n: 5 })
})

test('an interval is of its start', () => {
  const at = (t: unknown) => rowReading({ t }, mapping({ at: 't' })).at
  expect(at('2024-03-01T10:00:00Z/2024-03-01T10:14:59Z')).toBe(Date.parse('2024-03-01T10:00:00Z'))
  expect(at('03/06/2016 13:23')).toBe(Date.parse('2016-06-03T12:23:00Z'))
  expect(at('03/06/2016')).toBe(Date.parse('2016-06-02T23:00:00Z'))
})

test('a row that says when it was last confirmed gives the change and the confirmation, the change no longer than a day', () => {
  const bay = mapping({ at: 'since', seen: 'updated' })
  const times = (since: unknown, updated: unknown) => rowReadings({ since, updated, state: 'Present' }, bay).map((r) => r.at)
  const t = (text: string) => Date.parse(text)
  expect(times('2025-08-07T10:00:00+10:00', '2025-08-07T10:55:00+10:00')).toEqual([t('2025-08-07T00:00:00Z'), t('2025-08-07T00:55:00Z')])
  expect(times('2025-08-06T10:00:00Z', '2025-08-07T10:00:00Z')).toHaveLength(2)
  expect(times('2025-08-06T09:59:59Z', '2025-08-07T10:00:00Z')).toEqual([t('2025-08-07T10:00:00Z')])
  expect(times('2025-08-07T10:00:00Z', '2025-08-07T10:00:00Z')).toEqual([t('2025-08-07T10:00:00Z')])
  expect(times('2025-08-07T10:00:00Z', '2025-08-07T09:00:00Z')).toEqual([t('2025-08-07T10:00:00Z')])
  expect(times('2025-08-07T10:00:00Z', 'never')).toEqual([t('2025-08-07T10:00:00Z')])
  expect(times('never', '2025-08-07T10:00:00Z')).toEqual([null])
  expect(rowReadings({ since: 1_700_000_000, updated: 1_700_000_060, state: 'x' }, bay).map((r) => r.values)).toEqual([
    { state: 'x' },
    { state: 'x' },
  ])
})

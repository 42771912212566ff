import { expect, test } from 'vitest'
import { type Mapping, mapped, plainMapping, rowReading } from './mapping.ts'
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

import { createHash } from 'node:crypto'
import type { Property, Stream } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idPart } from './event-id.ts'
import { readingOf } from './reading.ts'
import { Refusal } from './refusal.ts'

const property = (name: string, kind: Property['kind'], o: Partial<Property> = {}): Property => ({
  ...{ name, kind, doc: 'x', unit: '1', observedProperty: 'urn:x', resolution: '1', nullable: false, aggregates: [] },
  ...o,
})
const stream = {
  sensors: [],
  time: { zone: 'UTC', aheadMs: 300_000, behindMs: 86_400_000, latenessMs: 0, catchUpMs: 0 },
  properties: [
    property('count', 'count'),
    property('level', 'gauge', { resolution: '0.1', nullable: true }),
    property('total', 'counter'),
    property('mode', 'state'),
    property('note', 'state'),
  ],
  avro: {
    fields: [
      ...['event_id', 'sensor', 'at', 'clamped'].map((name) => ({ name, type: 'string' })),
      { name: 'count', type: 'int' },
      { name: 'level', type: ['null', 'double'] },
      { name: 'total', type: 'long' },
      { name: 'mode', type: { type: 'enum', name: 'Mode', symbols: ['idle', 'busy'] } },
      { name: 'note', type: 'string', pattern: '[a-z@.:0-9]{0,40}' },
    ],
  },
} satisfies Pick<Stream, 'time' | 'properties' | 'avro' | 'sensors'>

const NOW = 1_700_000_000_000
const GOOD = { at: NOW, count: 3, level: 2.5, total: 10, mode: 'idle', note: '' }
const undeclared: string[] = []
const read = readingOf(stream, (name) => undeclared.push(name))
const judge = (reading: unknown) => read(reading, 's', idPart('s'), NOW)
const reasonOf = (reading: unknown) => {
  const result = judge(reading)
  return result instanceof Refusal ? result.reason : 'event'
}

test('a good reading becomes an event with the values as declared', () => {
  expect(judge(GOOD)).toMatchObject({ sensor: 's', at: NOW, clamped: false, count: 3, level: 2.5, total: 10, mode: 'idle', note: '' })
  const { level: _, ...without } = GOOD
  expect(judge(without)).toMatchObject({ level: null })
  expect(judge({ ...GOOD, level: null })).toMatchObject({ level: null })
})

test.each<[string, object, string]>([
  ['a missing value', { count: undefined }, 'invalid'],
  ['null where a value must be', { count: null }, 'invalid'],
  ['text for a number', { count: '3' }, 'invalid'],
  ['a fraction for a whole number', { count: 3.5 }, 'invalid'],
  ['a negative count', { count: -1 }, 'invalid'],
  ['more than an int holds', { count: 2 ** 31 }, 'invalid'],
  ['as much as an int holds', { count: 2 ** 31 - 1 }, 'event'],
  ['more than a long may hold exactly', { total: 2 ** 53 }, 'invalid'],
  ['a negative counter', { total: -1 }, 'invalid'],
  ['a gauge that its resolution makes too large', { level: 2 ** 53 / 10 }, 'invalid'],
  ['a negative gauge', { level: -40.5 }, 'event'],
  ['an unknown symbol', { mode: 'broken' }, 'invalid'],
  ['a number for a symbol', { mode: 1 }, 'invalid'],
  ['text off its pattern', { note: 'NOT' }, 'invalid'],
  ['a nested value', { count: { value: 3 } }, 'invalid'],
  ['a list for a value', { count: [3] }, 'invalid'],
  ['an address in a text', { note: 'someone@example.org' }, 'identifying'],
  ['a device number in a text', { note: 'aa:bb:cc:dd:ee:ff' }, 'identifying'],
  ['a device number where another text belongs', { mode: 'AA:BB:CC:DD:EE:FF' }, 'identifying'],
  ['an IMEI for a number', { count: 490_154_203_237_518 }, 'identifying'],
  ['a counter as long as an IMEI', { total: 490_154_203_237_518 }, 'event'],
  ['no time', { at: undefined }, 'no_time'],
  ['a local time', { at: '2023-11-14T22:13:20' }, 'no_time'],
  ['a boot of the wrong type', { boot: {} }, 'invalid'],
  ['a long boot', { boot: 'x'.repeat(65) }, 'invalid'],
  ['a negative seq', { seq: -1 }, 'invalid'],
  ['a fractional seq', { seq: 1.5 }, 'invalid'],
  ['boot and seq', { boot: 'b', seq: 0 }, 'event'],
  ['empty boot and seq', { boot: null, seq: null }, 'event'],
])('%s: %j is judged %s', (_, change, expected) => {
  expect(reasonOf({ ...GOOD, ...change })).toBe(expected)
})

test.each([null, 1, 'text', true, [], [GOOD]])('%j is no reading', (reading) => {
  expect(reasonOf(reading)).toBe('invalid')
})

test('time is judged once: ahead is set to the clock and flagged, behind is refused, the edges are inside', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2 * 86_400_000, max: 2 * 86_400_000 }), (offset) => {
      const result = judge({ ...GOOD, at: NOW + offset })
      if (offset < -86_400_000) expect(result).toMatchObject({ reason: 'too_old' })
      else expect(result).toMatchObject(offset > 300_000 ? { at: NOW, clamped: true } : { at: NOW + offset, clamped: false })
    }),
  )
  expect(judge({ ...GOOD, at: NOW + 300_000 })).toMatchObject({ clamped: false })
  expect(judge({ ...GOOD, at: NOW + 300_001 })).toMatchObject({ clamped: true, at: NOW })
  expect(judge({ ...GOOD, at: NOW - 86_400_000 })).toMatchObject({ at: NOW - 86_400_000 })
})

test('the id is of what was declared: clock, order of fields and undeclared fields do not matter, every value does', () => {
  const idOf = (reading: object, now = NOW) => {
    const event = read(reading, 's', idPart('s'), now)
    return event instanceof Refusal ? event.detail : event.event_id.toString('hex')
  }
  const id = idOf(GOOD)
  const text = `1:s,13:${NOW},0:,0:,1:3,3:2.5,2:10,4:idle,0:,`
  expect(id).toBe(createHash('sha256').update(text).digest('hex').slice(0, 32))
  expect(idOf(Object.fromEntries(Object.entries(GOOD).reverse()))).toBe(id)
  expect(idOf({ ...GOOD, extra: 1 })).toBe(id)
  expect(idOf({ ...GOOD, at: new Date(NOW).toISOString() })).toBe(id)
  // A clock that is too fast is clamped, and still two deliveries of one reading have one id.
  expect(idOf({ ...GOOD, at: NOW + 1e9 }, NOW)).toBe(idOf({ ...GOOD, at: NOW + 1e9 }, NOW + 60_000))
  const others = [
    { at: NOW + 1 },
    { count: 4 },
    { level: 2.6 },
    { level: null },
    { total: 11 },
    { mode: 'busy' },
    { note: 'x' },
    { seq: 1 },
    { boot: 'b' },
  ].map((change) => idOf({ ...GOOD, ...change }))
  expect(new Set([id, ...others]).size).toBe(others.length + 1)
})

test('undeclared fields are named and go no further', () => {
  undeclared.length = 0
  expect(judge({ ...GOOD, firmware: '1', battery: { volts: 3 } })).not.toHaveProperty('firmware')
  expect(undeclared).toEqual(['firmware', 'battery'])
})

test('any JSON at all is either an event or a refusal that quotes nothing of it', () => {
  const secret = 'Zq7'
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(GOOD)), (value, key) => {
      const result = judge({ ...GOOD, [key]: typeof value === 'string' ? secret + value : value })
      if (result instanceof Refusal) expect(result.detail).not.toContain(secret)
      judge(value)
    }),
    { numRuns: 500 },
  )
})

test('a reading of nothing is no event', () => {
  const sparse = {
    avro: {
      fields: [
        { name: 'a', type: ['null', 'int'] },
        { name: 'b', type: ['null', 'double'] },
      ],
    },
    properties: [property('a', 'gauge', { nullable: true }), property('b', 'gauge', { nullable: true })],
    time: { aheadMs: 0, behindMs: 1, latenessMs: 0, catchUpMs: 0, zone: 'UTC' },
    sensors: [],
  }
  const judgeSparse = readingOf(sparse, () => undefined)
  expect(judgeSparse({ at: 5, other: 1 }, 's', idPart('s'), 5)).toEqual(new Refusal('invalid', 'no declared property has a value'))
  expect(judgeSparse({ at: 5, b: 0 }, 's', idPart('s'), 5)).toMatchObject({ a: null, b: 0 })
})

test('a reading of a time at which its sensor was not in service is refused; when it arrives does not matter', () => {
  const sensor = {
    ...{ id: 's', name: 's', zone: null, gateway: null, lon: null, lat: null, place: 'none' as const, everyMs: 1, aliases: [] },
    ...{ installed: '2023-11-14', removed: '2023-11-14' },
  }
  const dated = readingOf({ ...stream, sensors: [sensor] }, () => undefined)
  const at = (time: string, of = 's') => dated({ ...GOOD, at: time }, of, idPart(of), Date.parse('2023-11-15T10:00:00Z'))
  for (const time of ['2023-11-14T12:00:00Z', '2023-11-14T23:59:59Z']) expect(at(time)).toMatchObject({ sensor: 's' })
  for (const time of ['2023-11-15T00:00:00Z', '2023-11-15T10:00:00Z']) expect(at(time)).toMatchObject({ reason: 'out_of_service' })
  expect(dated({ ...GOOD, at: '2023-11-13T23:59:59Z' }, 's', idPart('s'), Date.parse('2023-11-14T10:00:00Z'))).toMatchObject({
    reason: 'out_of_service',
  })
  expect(at('2023-11-15T10:00:00Z', 'another')).toMatchObject({ sensor: 'another' })
})

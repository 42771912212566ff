import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Mapping, plainMapping } from '../../src/decode/mapping.ts'
import { Refused } from '../../src/decode/reading.ts'
import { recordReadings } from './records.ts'

const read = (value: unknown, over: Partial<Mapping> = {}) =>
  recordReadings(Buffer.from(JSON.stringify(value)), { ...plainMapping('Europe/Copenhagen'), sensor: 'id', at: 't', ...over })

const one = { id: 7, t: '2024-03-01T10:00:00Z', n: 1 }
const two = { id: 8, t: '2024-03-01T11:00:00Z', n: 2 }

test.each([
  ['a list', [one, two]],
  ['a page of SensorThings', { value: [one, two], '@iot.nextLink': 'https://example.org' }],
  ['a page of Opendatasoft', { total_count: 2, results: [one, two] }],
  ['a page of CKAN', { success: true, result: { records: [one, two], total: 2 } }],
])('%s gives one reading per record', (_, value) => {
  expect(read(value)).toMatchObject([
    { sensor: '7', at: Date.parse('2024-03-01T10:00:00Z'), values: { n: 1 } },
    { sensor: '8', at: Date.parse('2024-03-01T11:00:00Z'), values: { n: 2 } },
  ])
})

test('an observation of SensorThings: its datastream by a name with dots, its interval by its start', () => {
  const observation = {
    '@iot.id': 991,
    result: 42,
    resultTime: '2024-03-22T06:30:07Z',
    phenomenonTime: '2024-03-22T06:15:00Z/2024-03-22T06:29:59Z',
    Datastream: { '@iot.id': 14412, deeper: { still: { on: { and: { on: 1 } } } } },
  }
  const mapping = { sensor: 'Datastream.@iot.id', at: 'phenomenonTime', fields: { vehicles: 'result' } }
  expect(read(observation, mapping)).toEqual([
    {
      sensor: '14412',
      at: Date.parse('2024-03-22T06:15:00Z'),
      dated: true,
      boot: null,
      seq: null,
      values: { vehicles: 42 },
      dropped: ['@iot.id', 'resultTime'],
    },
  ])
})

test("Smart Data Models' entities: plain, with attributes of NGSI-v2 or NGSI-LD, alone or in a notification", () => {
  const names = {
    sensor: ['sensor', 'id'],
    at: ['at', 'dateObserved', 'dateObserved.value', 'dateObserved.value.@value'],
    fields: { fullness: ['fullness', 'fillingLevel', 'fillingLevel.value'] },
  }
  const id = 'urn:ngsi-ld:WasteContainer:Wyndham:7'
  const time = '2024-03-01T10:00:00Z'
  const entities = [
    { id, type: 'WasteContainer', fillingLevel: 0.4, dateObserved: time },
    { id, type: 'WasteContainer', fillingLevel: { type: 'Number', value: 0.4 }, dateObserved: { type: 'DateTime', value: time } },
    {
      id,
      type: 'WasteContainer',
      fillingLevel: { type: 'Property', value: 0.4, unitCode: 'C62', observedAt: time },
      dateObserved: { type: 'Property', value: { '@type': 'DateTime', '@value': time } },
      '@context': ['https://example.org/context.jsonld'],
    },
    { sensor: id, at: time, fullness: 0.4 },
  ]
  const wanted = entities.map(() => ({ sensor: id, at: Date.parse(time), values: { fullness: 0.4 } }))
  expect(read(entities, names)).toMatchObject(wanted)
  const notification = { id: 'urn:ngsi-ld:Notification:1', type: 'Notification', subscriptionId: 's', data: entities }
  expect(read(notification, names)).toMatchObject(wanted)
})

test('what is no record is refused alone, what holds none as a whole', () => {
  expect(read([one, 5, two])).toMatchObject([{ sensor: '7' }, { reason: 'invalid', detail: 'record 2 is no object' }, { sensor: '8' }])
  expect(read({ value: [] })).toEqual([])
  for (const none of [5, 'text', null]) expect(read(none)).toMatchObject({ reason: 'undecodable' })
  expect(recordReadings(Buffer.from('404 Not Found'), plainMapping('UTC'))).toMatchObject({ reason: 'undecodable', detail: 'not JSON' })
})

test('no JSON makes it throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const decoded = read(value)
      return decoded instanceof Refused || Array.isArray(decoded)
    }),
  )
})

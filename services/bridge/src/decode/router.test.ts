import type { Sensor, Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { filterOf, routerOf } from './router.ts'

const sensor = (id: string, o: Partial<Sensor> = {}): Sensor => ({
  ...{
    id,
    name: id,
    zone: null,
    gateway: null,
    lon: null,
    lat: null,
    place: 'none',
    everyMs: 60_000,
    installed: null,
    removed: null,
    aliases: [],
  },
  ...o,
})
const stream = (name: string, mqtt: string, sensors: 'registered' | 'open', register: Sensor[] = []) =>
  ({ name, source: { mqtt, codec: 'json', sensors, everyMs: 60_000, silence: 'unknown' }, sensors: register }) as unknown as Stream

const counts = stream('counts', 'city/counts/{sensor}', 'registered', [sensor('a', { gateway: 'gw', aliases: ['old-a'] }), sensor('b')])
const air = stream('air', 'air/{sensor}/up', 'open')
const route = routerOf([counts, air])

test('a topic leads to its stream and sensor; an alias leads to the sensor it stands for', () => {
  expect(route('city/counts/a')).toEqual({ stream: counts, sensor: 'a', sensorPart: '1:a,', gateway: 'gw' })
  expect(route('city/counts/old-a')).toMatchObject({ sensor: 'a', sensorPart: '1:a,' })
  expect(['city/counts/OLD-A', 'city/counts/old\u2013a'].map(route)).toMatchObject([{ sensor: 'a' }, { sensor: 'a' }])
  expect(route('air/anything.7/up')).toMatchObject({ stream: air, sensor: 'anything.7', gateway: null })
})

test('a gateway of the register has a topic where a sensor would; a template without a place is of all sensors', () => {
  expect(route('city/counts/gw')).toEqual({ stream: counts, sensor: null, sensorPart: '', gateway: 'gw' })
  const feed = stream('feed', 'feed/all', 'registered')
  expect(routerOf([feed])('feed/all')).toEqual({ stream: feed, sensor: null, sensorPart: '', gateway: null })
  const both = stream('both', 'both/{sensor}', 'open', [sensor('a', { gateway: 'gw' }), sensor('gw-2', { gateway: 'gw-2' })])
  expect(['both/gw', 'both/gw-2', 'both/x'].map((topic) => routerOf([both])(topic))).toMatchObject([
    { sensor: null, gateway: 'gw' },
    { sensor: 'gw-2' },
    { sensor: 'x' },
  ])
})

test.each([
  ['city/counts', 'no_stream', ''],
  ['city/counts/a/b', 'no_stream', ''],
  ['City/counts/a', 'no_stream', ''],
  ['/city/counts/a', 'no_stream', ''],
  ['', 'no_stream', ''],
  ['city/counts/c', 'unregistered', 'c'],
  ['city/counts/', 'unregistered', ''],
  ['city/counts/gw/', 'no_stream', ''],
  ['air/with space/up', 'unregistered', ''],
  ['air/with|bar/up', 'unregistered', ''],
  [`air/${'x'.repeat(65)}/up`, 'unregistered', ''],
  ['air/aa:bb:cc:dd:ee:ff/up', 'identifying', ''],
  ['city/counts/someone@example.org', 'identifying', ''],
])('%j is refused as %s', (topic, reason, known) => {
  expect(route(topic)).toMatchObject({ sensor: known, refusal: { reason } })
})

test('filterOf asks a broker for every sensor of a stream', () => {
  expect([filterOf(counts), filterOf(air)]).toEqual(['city/counts/+', 'air/+/up'])
})

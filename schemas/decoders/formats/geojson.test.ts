import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Mapping, plainMapping } from '../../src/decode/mapping.ts'
import type { Reading } from '../../src/decode/reading.ts'
import { geojsonFeatures } from './geojson.ts'

const SHARED = new URL('../../../../shared/data/wyndham-smart-bins/raw-feed-repeating-chunk.txt', import.meta.url)

const bins: Mapping = {
  ...plainMapping('Australia/Melbourne'),
  sensor: 'serialNumber',
  at: 'timestamp',
  fields: { fullness: 'latestFullness', reason: 'reason' },
  text: ['reason'],
}
const read = (value: unknown, mapping = bins) =>
  geojsonFeatures(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), mapping)

const feature = (properties: object, id?: unknown) => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [144.66, -37.9] },
  properties,
})
const bin = { latestFullness: 10, reason: 'ALERT', serialNumber: 1_511_191, timestamp: '2019-01-24', description: 'Werribee' }

test('features are readings of their properties; where they lie is not taken', () => {
  const wanted = {
    sensor: '1511191',
    at: Date.parse('2019-01-23T13:00:00Z'),
    dated: true,
    boot: null,
    seq: null,
    values: { fullness: 10, reason: 'ALERT' },
    dropped: ['description'],
  }
  for (const value of [feature(bin), [feature(bin)], { type: 'FeatureCollection', features: [feature(bin)] }])
    expect(read(value)).toEqual([wanted])
})

test('values that are text become numbers, and an id may name the sensor', () => {
  const live = { ...bins, sensor: 'id', at: 'time', fields: { fullness: 'fill_lvl' } }
  expect(read(feature({ fill_lvl: '8', time: '2024-03-01T10:00:00+11:00', lat: '-37.9' }, 'bin-3'), live)).toMatchObject([
    { sensor: 'bin-3', at: Date.parse('2024-02-29T23:00:00Z'), values: { fullness: 8 } },
  ])
})

test('a feature without properties is refused alone, anything else as a whole', () => {
  expect(read([feature(bin), { type: 'Feature', properties: null }, 7])).toMatchObject([
    { sensor: '1511191' },
    { detail: 'feature 2 has no properties' },
    { reason: 'invalid' },
  ])
  for (const value of ['404 Not Found', '{}', 'null', '7', '{"type":"FeatureCollection"}'])
    expect(read(value)).toMatchObject({ reason: 'undecodable' })
})

test('a published delivery, made twice, gives the same readings twice', () => {
  if (!existsSync(SHARED)) return
  const text = readFileSync(SHARED, 'utf8').trim().replace(/,$/, '')
  const [once, twice] = [read(`[${text}]`), read(`[${text}]`)] as [Reading[], Reading[]]
  expect(once.length).toBe(text.split('"Feature"').length - 1)
  expect(once).toEqual(twice)
  expect(once.filter(({ at, values }) => at === null || typeof values.fullness !== 'number')).toEqual([])
})

test('any JSON is readings or a refusal, never an exception', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.array(fc.record({ properties: fc.object() })).map((list) => JSON.stringify(list) ?? ''),
      ),
      (text) => void read(text),
    ),
  )
})

import { decoderOf } from '@commonstream/bridge/decode/decoder.ts'
import { idPart } from '@commonstream/bridge/decode/event-id.ts'
import type { EventRecord } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { stream } from './published-taken.ts'

test('compactors: no field that could carry a picture, a plate, a face or a track, and what comes unasked is dropped', () => {
  const { properties } = stream('compactor-events')
  expect(properties.map(({ name, kind, label = false }) => [name, kind, label])).toEqual([
    ['item', 'state', true],
    ['items', 'count', false],
    ['confidence', 'gauge', false],
    ['fill', 'gauge', false],
  ])
  const said = {
    at: '2023-06-05T07:03:55+10:00',
    item: 'box',
    items: 1,
    confidence: 0.8,
    image: '/9j/4AAQSkZJRg',
    plate: 'ABC123',
    face: [0.1],
    track_id: 17,
  }
  const { events, refused, dropped } = decoderOf(stream('compactor-events'))(
    Buffer.from(JSON.stringify(said)),
    'compactor-1',
    idPart('compactor-1'),
    Date.parse(said.at),
  )
  expect([refused, dropped.toSorted((a, b) => (a < b ? -1 : 1))]).toEqual([[], ['face', 'image', 'plate', 'track_id']])
  expect(Object.keys(events[0] as EventRecord).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'at',
    'clamped',
    'confidence',
    'event_id',
    'fill',
    'item',
    'items',
    'sensor',
  ])
})

test('air and noise: devices that measure different things are sensors of one stream', () => {
  const s = stream('air-and-noise')
  expect(new Set(s.sensors.map((one) => one.device)).size).toBe(4)
  const said = s.examples
    .filter(({ file }) => !file.startsWith('refused.'))
    .map(({ file, payload }) => {
      const sensor = s.sensors.find(({ id }) => file.includes(`.${id}.`))?.id as string
      const { events } = decoderOf(s)(Buffer.from(JSON.stringify(payload)), sensor, idPart(sensor), Date.parse('2017-07-26T12:00:00Z'))
      return [
        sensor,
        Object.entries(events[0] as EventRecord)
          .filter(([name, value]) => s.properties.some((p) => p.name === name) && value !== null)
          .map(([name]) => name),
      ]
    })
  expect(Object.fromEntries(said)).toEqual({
    'air-1': ['pm1', 'pm2_5', 'pm10', 'temperature', 'humidity'],
    'climate-1': ['temperature', 'humidity'],
    'noise-1': ['noise'],
    'noise-2': ['noise', 'noise_peak', 'temperature', 'humidity'],
  })
})

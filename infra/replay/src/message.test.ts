import { fileURLToPath } from 'node:url'
import { eventCodec, loadCity, type Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { messageOf } from './message.ts'
import type { Refused } from './refused.ts'

const city = await loadCity(fileURLToPath(new URL('../../../schemas', import.meta.url)))
const bins = city.streams.find((s) => s.name === 'bin-levels') as Stream
const refused = (change: Partial<Refused>): Refused => ({
  ...{
    stream: 'bin-levels',
    sensor: 'bin-01',
    reason: 'invalid',
    at: 0,
    mqttTopic: 'city/bin-levels/bin-01',
    topic: null,
    partition: null,
    offset: null,
  },
  ...{ length: 1, bytes: Buffer.from('{"fullness":"8"}'), quarantined: '0/0', ...change },
})

test('what the bridge refused goes as it came, or mended', () => {
  expect(messageOf(city, refused({}), null)).toEqual({ topic: 'city/bin-levels/bin-01', payload: Buffer.from('{"fullness":"8"}') })
  const mended = messageOf(city, refused({}), ({ payload }) => payload.replace('"8"', '8'))
  expect(mended).toEqual({ topic: 'city/bin-levels/bin-01', payload: Buffer.from('{"fullness":8}') })
  expect(messageOf(city, refused({}), () => null)).toEqual({ cannot: 'left out by the repair' })
})

test('a reading that came by no topic goes by that of its sensor, if the stream reads it so', () => {
  const bytes = Buffer.from('{"sensor":"bin-01","fullness":"8"}')
  expect(messageOf(city, refused({ mqttTopic: null, bytes }), null)).toEqual({ topic: 'city/bin-levels/bin-01', payload: bytes })
  const cannot = { cannot: 'no MQTT topic is known for it' }
  expect(messageOf(city, refused({ mqttTopic: null, bytes, sensor: '' }), null)).toEqual(cannot)
  expect(messageOf(city, refused({ mqttTopic: null, bytes, stream: 'bike-share', sensor: '5' }), null)).toEqual(cannot)
})

test('of a stream whose codec reads other names, single readings and events are POSTed in its own', () => {
  const bays = city.streams.find((s) => s.name === 'parking-bays') as Stream
  const of = (change: Partial<Refused>) => refused({ stream: 'parking-bays', mqttTopic: 'city/parking-bays/gateway', ...change })
  // One row of several, as the bridge writes it down; a whole message goes as it came.
  const row = Buffer.from('{"sensor":"57223","occupancy":"occupied","at":1,"boot":null,"seq":null}')
  expect(messageOf(city, of({ bytes: row }), null)).toEqual({ stream: 'parking-bays', payload: row })
  expect(messageOf(city, of({ bytes: row }), ({ payload }) => payload.replace('1', '2'))).toMatchObject({ stream: 'parking-bays' })
  const whole = Buffer.from('Lastupdated,Status_Timestamp\n')
  expect(messageOf(city, of({ bytes: whole }), null)).toEqual({ topic: 'city/parking-bays/gateway', payload: whole })
  const event = {
    event_id: Buffer.alloc(16, 1),
    sensor: '57223',
    at: Date.parse('2026-11-25T10:00:00Z'),
    clamped: false,
    occupancy: 'free',
  }
  const bytes = Buffer.from(eventCodec(bays).encode(event))
  expect(messageOf(city, of({ topic: 'city.parking-bays.events', partition: 0, offset: 5, mqttTopic: null, bytes }), null)).toEqual({
    stream: 'parking-bays',
    payload: Buffer.from('{"sensor":"57223","at":"2026-11-25T10:00:00.000Z","occupancy":"free"}'),
  })
})

test('an event that the worker could not read is spelled out as its sensor would', () => {
  const at = Date.parse('2026-11-25T10:00:00Z')
  const bytes = eventCodec(bins).encode({ event_id: Buffer.alloc(16, 1), sensor: 'bin-07', at, clamped: false, fullness: 8 })
  const message = messageOf(
    city,
    refused({ topic: 'city.bin-levels.events', partition: 0, offset: 5, mqttTopic: null, bytes: Buffer.from(bytes) }),
    null,
  )
  expect(message).toEqual({ topic: 'city/bin-levels/bin-07', payload: Buffer.from('{"at":"2026-11-25T10:00:00.000Z","fullness":8}') })
  const corrupt = messageOf(
    city,
    refused({ topic: 'city.bin-levels.events', partition: 0, offset: 6, mqttTopic: null, bytes: Buffer.from([0, 0]) }),
    null,
  )
  expect(corrupt).toMatchObject({ cannot: expect.stringContaining('cannot read it') as string })
})

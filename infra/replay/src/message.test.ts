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

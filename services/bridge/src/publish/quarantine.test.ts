import { createHash } from 'node:crypto'
import { type Stream, topicCodec } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { loadTestCity } from '../../../../test/support/mqtt-bridge.ts'
import { Refusal } from '../decode/refusal.ts'
import { quarantineRecord, type Refused } from './quarantine.ts'

const city = await loadTestCity()
const codec = topicCodec(city, 'quarantine')
const bins = city.streams.find((s) => s.name === 'bin-levels') as Stream
const pedestrians = city.streams.find((s) => s.name === 'pedestrian-counts') as Stream
const bytes = Buffer.from('{"fullness":"much"}')
const base: Refused = {
  stream: bins,
  sensor: 'b-1',
  refusal: new Refusal('invalid', 'fullness is not a number'),
  mqttTopic: 'city/bin-levels/b-1',
  bytes,
  length: bytes.length,
}
const recordOf = (change: Partial<Refused>) => codec.decode(quarantineRecord(codec, 'bridge b', { ...base, ...change }, 5))

test('a refused message of an open stream is kept with place, reason, bytes and hash', () => {
  expect(recordOf({})).toEqual({
    ...{
      stream: 'bin-levels',
      sensor: 'b-1',
      reason: 'invalid',
      detail: 'fullness is not a number',
      at: 5,
      by: 'bridge b',
      mqttTopic: 'city/bin-levels/b-1',
    },
    ...{
      topic: null,
      partition: null,
      offset: null,
      length: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes,
    },
  })
})

test("at most 64 kB are kept, the length and the hash are the whole message's", () => {
  const long = Buffer.alloc(100_000, 'x')
  const kept = recordOf({ bytes: long, length: long.length })
  expect((kept['bytes'] as Buffer).length).toBe(65_536)
  expect([kept['length'], kept['sha256']]).toEqual([100_000, createHash('sha256').update(long).digest('hex')])
})

test.each<[string, Partial<Refused>]>([
  ['a protected stream', { stream: pedestrians }],
  ['a stream with personal data', { stream: { ...bins, personalData: 'pseudonymous' } }],
  ['no stream at all', { stream: null }],
  ['a stream without approval', { refusal: new Refusal('not_approved', 'x') }],
  ['an identifying value', { refusal: new Refusal('identifying', 'x') }],
  ['an address in an undeclared field', { bytes: Buffer.from('{"fullness":"much","by":"someone@example.org"}') }],
])('of %s neither bytes nor hash are kept', (_, change) => {
  expect(recordOf(change)).toMatchObject({ sha256: '', bytes: null })
})

test('a topic with a device number in it is not kept, a long one is cut', () => {
  expect(recordOf({ mqttTopic: 'x/aa:bb:cc:dd:ee:ff' })).toMatchObject({ mqttTopic: null })
  expect(recordOf({ mqttTopic: 'x'.repeat(5_000) })).toMatchObject({ mqttTopic: 'x'.repeat(256) })
})

test('a message too large to be held keeps the hash that was made on its way past, unless it is protected', () => {
  const large = { bytes: null, length: 10_000_000, sha256: 'ab'.repeat(32), refusal: new Refusal('too_large', 'x') }
  expect(recordOf(large)).toMatchObject({ bytes: null, length: 10_000_000, sha256: 'ab'.repeat(32) })
  expect(recordOf({ ...large, stream: pedestrians })).toMatchObject({ length: 10_000_000, sha256: '' })
})

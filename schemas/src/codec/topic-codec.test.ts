import avsc from 'avsc'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadCity } from '../contract/load-city.ts'
import { CodecFault } from './codec-fault.ts'
import { type SharedTopic, topicCodec } from './topic-codec.ts'

const city = await loadCity(join(import.meta.dirname, '..', '..'))

test.each(['windows', 'alerts', 'quarantine'] as SharedTopic[])('%s: what is encoded is decoded', (name) => {
  const codec = topicCodec(city, name)
  const type = avsc.Type.forSchema(city.topics.get(name)!.avro as avsc.Schema)
  for (let i = 0; i < 50; i++) {
    const value = type.random() as unknown as Record<string, unknown>
    const bytes = codec.encode(value)
    expect(bytes.readInt32BE(1)).toBe(codec.schemaId)
    expect(type.toBuffer(codec.decode(bytes))).toEqual(type.toBuffer(value))
    expect(() => codec.decode(bytes.subarray(0, -1))).toThrow(CodecFault)
    expect(() => codec.decode(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(CodecFault)
  }
})

test('a value of another topic is an unknown schema', () => {
  const alert = {
    alertId: 'a',
    incident: 'b',
    stream: 's',
    rule: 'r',
    ruleVersion: 1,
    subject: 'x',
    transition: 'firing',
    severity: 'info',
    title: 't',
    at: 1,
    values: { y: 2.5, z: null },
    partition: 0,
    offset: 1,
  }
  const bytes = topicCodec(city, 'alerts').encode(alert)
  expect(topicCodec(city, 'alerts').decode(bytes)).toMatchObject({ values: { y: 2.5, z: null } })
  expect(() => topicCodec(city, 'windows').decode(bytes)).toThrow(expect.objectContaining({ reason: 'unknown_schema' }))
})

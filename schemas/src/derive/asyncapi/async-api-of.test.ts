import specs from '@asyncapi/specs'
import { Ajv, type ValidateFunction } from 'ajv'
import avsc from 'avsc'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadCity } from '../../contract/load-city.ts'
import { topicsOf } from '../topics.ts'
import { asyncApiOf } from './async-api-of.ts'

const city = await loadCity(join(import.meta.dirname, '..', '..', '..'))
const document = JSON.parse(JSON.stringify(asyncApiOf(city))) as Document

interface Message {
  readonly payload: { readonly schemaFormat?: string; readonly schema?: object }
  readonly examples?: readonly { readonly name: string; readonly payload: unknown }[]
}
interface Document {
  readonly channels: Record<
    string,
    { address: string; servers: { $ref: string }[]; messages: Record<string, Message>; bindings?: Bindings }
  >
  readonly operations: Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>
}
interface Bindings {
  readonly kafka: { readonly partitions: number; readonly topicConfiguration: Record<string, unknown> }
}

/** Formats are names of no consequence here: dates and addresses are checked by the loader. */
const ajv = new Ajv({ strict: false, validateFormats: false })

test('the document is AsyncAPI 3.0', () => {
  const schema = (specs.schemasWithoutId as unknown as Record<string, object>)['3.0.0'] as object
  const validate: ValidateFunction = ajv.compile(schema)
  expect(validate(document) ? [] : validate.errors).toEqual([])
  const { asyncapi: _, ...without } = document as Document & { asyncapi: string }
  expect(validate(without)).toBe(false)
})

test('every topic that apply creates and every MQTT topic is in it, and nothing else', () => {
  const addresses = (server: string) =>
    Object.values(document.channels)
      .filter((c) => c.servers.some((s) => s.$ref === `#/servers/${server}`))
      .map((c) => c.address)
  expect(addresses('kafka')).toEqual(topicsOf(city).map((t) => t.name))
  expect(addresses('mqtt')).toEqual(city.streams.map((s) => s.source.mqtt))
  expect(Object.keys(document.channels)).toHaveLength(topicsOf(city).length + city.streams.length)
  const operated = Object.values(document.operations).map((o) => o.channel.$ref.replace('#/channels/', ''))
  expect(operated.toSorted()).toEqual(Object.keys(document.channels).toSorted())
})

test('a topic has the settings that apply gives it', () => {
  for (const { name, partitions, config } of topicsOf(city)) {
    const { kafka } = document.channels[name]!.bindings!
    expect(kafka.partitions).toBe(partitions)
    expect(kafka.topicConfiguration['cleanup.policy']).toEqual(config['cleanup.policy']!.split(','))
    expect(kafka.topicConfiguration['retention.ms']).toBe(config['retention.ms'] === undefined ? undefined : Number(config['retention.ms']))
  }
})

test('Avro payloads are the schemas that the registry serves', () => {
  for (const stream of city.streams) {
    const { event } = document.channels[`city.${stream.name}.events`]!.messages
    expect(event!.payload.schemaFormat).toBe('application/vnd.apache.avro;version=1.9.0')
    expect(avsc.Type.forSchema(event!.payload.schema as avsc.Schema).fingerprint()).toEqual(
      avsc.Type.forSchema(stream.avro as avsc.Schema).fingerprint(),
    )
  }
})

const mqtt = city.streams.map((s) => [s.name, document.channels[`mqtt.${s.name}`]!.messages['reading']!] as const)

test.each(mqtt)('%s: the examples of its folder are valid', (_, { payload, examples }) => {
  const validate = ajv.compile(payload)
  expect(examples!.length).toBeGreaterThan(0)
  const faults = examples!.flatMap((e) => (validate(e.payload) ? [] : [{ example: e.name, errors: validate.errors }]))
  expect(faults).toEqual([])
})

test('what the codec would refuse is not valid', () => {
  const validate = ajv.compile(document.channels['mqtt.pedestrian-counts']!.messages['reading']!.payload)
  const good = { at: '2023-06-05T00:01:00+10:00', direction_1: 3, direction_2: 4 }
  expect(validate(good)).toBe(true)
  expect(validate([good])).toBe(true)
  for (const bad of [
    { ...good, at: undefined },
    { ...good, direction_1: '3' },
    { at: good.at, direction_1: 3 },
    { ...good, direction_2: 2 ** 31 },
    'x',
    [],
  ])
    expect(validate(JSON.parse(JSON.stringify(bad)))).toBe(false)
})

test('every kept version of a schema is a message', () => {
  const [first] = city.streams
  const versions = new Map([...first!.versions, [9_999, first!.avro]])
  const more = asyncApiOf({ ...city, streams: [{ ...first!, versions }] }) as unknown as Document
  expect(Object.keys(more.channels[`city.${first!.name}.events`]!.messages)).toEqual(['event', 'event.9999', 'tick', 'fold'])
})

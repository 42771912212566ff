import { join } from 'node:path'
import { type City, eventCodec, loadCity, topicCodec } from '@commonstream/schemas'
import avsc from 'avsc'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import type { App, Context } from './context.ts'
import { answerProblems } from './problems.ts'
import { schemasRoute } from './schemas.ts'

const city = await loadCity(join(import.meta.dirname, '..', '..', '..', '..', 'schemas'))
const bins = city.streams.find((s) => s.name === 'bin-levels')!

/** The bins after their contract gained a property: 20 is kept, 21 is written. */
const { fields } = bins.avro as { fields: object[] }
const second = { ...bins.avro, fields: [...fields, { name: 'weight', type: ['null', 'double'], default: null }] }
const changed = { ...bins, schemaId: 21, avro: second, versions: new Map([...bins.versions, [21, second]]) }
const own: City = { ...city, streams: [changed] }

const app: App = Fastify()
app.setValidatorCompiler(() => () => true) // as the service has it
answerProblems(app)
schemasRoute(app, { city: own } as Context)

async function get(url: string) {
  const { statusCode, headers, body } = await app.inject({ url, headers: { accept: 'application/vnd.schemaregistry.v1+json' } })
  return { status: statusCode, type: String(headers['content-type']), cache: headers['cache-control'], json: JSON.parse(body) as unknown }
}
const json = async (url: string) => (await get(url)).json

/** A consumer that knows nothing of the city but the registry's address, as any Confluent client does it. */
async function consumed(value: Buffer): Promise<Record<string, unknown>> {
  expect(value[0]).toBe(0)
  const { schema } = (await json(`/schemas/ids/${value.readInt32BE(1)}?fetchMaxId=false`)) as { schema: string }
  return avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema).fromBuffer(value.subarray(5)) as Record<string, unknown>
}

test('a consumer decodes events of both versions, and windows, by the registry alone', async () => {
  const head = { event_id: Buffer.alloc(16, 7), sensor: 'bin-01', at: 1_685_915_940_000, clamped: false, fullness: 6 }
  expect(await consumed(Buffer.from(eventCodec(bins).encode(head)))).toMatchObject({ sensor: 'bin-01', fullness: 6 })
  expect(await consumed(Buffer.from(eventCodec(changed).encode({ ...head, weight: 1.5 })))).toMatchObject({ weight: 1.5 })
  const refused = {
    ...{
      stream: 'x',
      sensor: '',
      reason: 'invalid',
      detail: '',
      at: 5,
      by: 'b',
      mqttTopic: null,
      topic: null,
      partition: null,
      offset: null,
    },
    ...{ length: 0, sha256: '', bytes: null },
  }
  expect(await consumed(Buffer.from(topicCodec(own, 'quarantine').encode(refused)))).toMatchObject({ reason: 'invalid' })
})

test('subjects are topics, versions count from 1 and the latest is what is written', async () => {
  expect(await json('/subjects')).toEqual([
    ...['city.alerts-value', 'city.alerts.internal-value', 'city.bin-levels.events-value', 'city.bin-levels.windows-value'],
    'city.quarantine-value',
  ])
  expect(await json('/subjects/city.bin-levels.events-value/versions')).toEqual([1, 2])
  const { schema, ...latest } = (await json('/subjects/city.bin-levels.events-value/versions/latest')) as { schema: string }
  expect(latest).toEqual({ subject: 'city.bin-levels.events-value', version: 2, id: 21, schemaType: 'AVRO' })
  expect(JSON.parse(schema)).toEqual(second)
  expect(await json('/subjects/city.bin-levels.events-value/versions/1')).toMatchObject({ version: 1, id: 20 })
  expect(await json('/subjects/city.bin-levels.events-value/versions/1/schema')).toEqual(bins.avro)
  expect(await json('/schemas/ids/21/versions')).toEqual([{ subject: 'city.bin-levels.events-value', version: 2 }])
  expect(await json('/schemas/ids/2/subjects')).toEqual(['city.alerts-value', 'city.alerts.internal-value'])
  expect(await json('/schemas/ids/20/schema')).toEqual(bins.avro)
})

test('what a client asks before it begins', async () => {
  expect(await json('/schemas/types')).toEqual(['AVRO'])
  expect(await json('/config')).toEqual({ compatibilityLevel: 'BACKWARD' })
  expect(await json('/config/city.alerts-value')).toEqual({ compatibilityLevel: 'BACKWARD' })
  expect(await json('/mode')).toEqual({ mode: 'READONLY' })
  const { type, cache } = await get('/schemas/ids/20')
  expect([type, cache]).toEqual(['application/vnd.schemaregistry.v1+json; charset=utf-8', 'public, max-age=86400'])
})

test.each([
  ['/schemas/ids/99999', 404, 40_403],
  ['/schemas/ids/1e1', 404, 40_403],
  ['/schemas/ids/%00/schema', 404, 40_403],
  ['/subjects/none/versions', 404, 40_401],
  ['/subjects/none/versions/latest', 404, 40_401],
  ['/config/none', 404, 40_401],
  ['/subjects/city.alerts-value/versions/2', 404, 40_402],
  ['/subjects/city.alerts-value/versions/0', 404, 40_402],
  ['/subjects/city.alerts-value/versions/newest', 422, 42_202],
])('%s is told with the number that clients know', async (url, status, code) => {
  const answer = await get(url)
  expect(answer).toMatchObject({
    status,
    type: 'application/problem+json; charset=utf-8',
    json: { status, error_code: code, detail: expect.any(String) },
  })
})

test('every value that the city writes has its schema there', async () => {
  const whole: App = Fastify()
  schemasRoute(whole, { city } as Context)
  const ids = [...city.topics.values()].map((t) => t.schemaId).concat(city.streams.flatMap((s) => [...s.versions.keys()]))
  for (const id of ids) expect((await whole.inject({ url: `/schemas/ids/${id}` })).statusCode).toBe(200)
})

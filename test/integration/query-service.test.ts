import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCity, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, startQuery } from '../support/query-service.ts'
import { seedEvents, seedWatermark } from '../support/seed.ts'

const NOW = Date.parse('2023-06-05T02:30:00Z')
const HOUR = 3_600_000
const INTAKE = { received: 7, stored: 4, clamped: 0, refused: { invalid: 3 }, dropped: { firmware: 2 } }
const GIVEN = { reference: 'PIA-1', approved: '2020-01-01', by: 'the forum', review: '2030-01-01' }
const ASSESSMENTS: Readonly<Record<string, Stream['assessment']>> = {
  'open-counts': null,
  levels: { ...GIVEN, review: '2023-07-01' },
  'closed-levels': { ...GIVEN, withdrawn: { on: '2023-06-05', by: 'the forum', reason: 'a new camera' } },
  'many-counts': { ...GIVEN, review: '2023-06-04' },
}
const LEVELS = '/v1/streams/levels/aggregates?property=fullness'

let made: MadeCity
let query: QueryUnderTest
let worker: Server
let bridge: Server

beforeAll(async () => {
  made = await madeCity()
  const since = '2026-11-25T00:00:00.000Z'
  worker = await serviceThat({ parts: [{ name: 'fold', state: 'waiting', since, reason: 'the store is away' }], details: { secret: 1 } })
  bridge = await serviceThat({ parts: [{ name: 'listen', state: 'ready', since, reason: null }], details: { streams: { levels: INTAKE } } })
  const services = { bridge: addressOf(bridge), worker: addressOf(worker), notifier: 'http://127.0.0.1:1' }
  query = await startQuery({ ...made.city, streams: made.city.streams.map(standing) }, { now: NOW, services })
  await seedEvents(query.client, made.levels, [{ sensor: 'a', at: NOW - HOUR, values: { fullness: 1.5 } }])
  await seedWatermark(query.client, made.levels, NOW)
})

interface Approval {
  readonly state: string
  readonly ingested: boolean
}

/** A service that answers its health with this. */
async function serviceThat(health: object): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ ready: false, ...health }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** Streams that stand differently by their assessments. */
function standing(stream: Stream): Stream {
  const assessment = ASSESSMENTS[stream.name]
  return assessment === undefined ? stream : { ...stream, assessment }
}

afterAll(async () => {
  worker.close()
  bridge.close()
  await query.stop()
})

describe('what pollers need', () => {
  test('an ETag is new when data are, 304 has no body, and roles do not share answers', async () => {
    const address = `${LEVELS}&from=2023-06-01T00:00:00Z&to=2023-06-02T00:00:00Z`
    const first = await query.get(address)
    const etag = first.headers['etag'] as string
    const again = await query.get(address, undefined, { 'if-none-match': `"other", ${etag}` })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await query.get(address, 'operations', { 'if-none-match': etag })).status).toBe(200)
    expect((await query.get(`${address}&by=all`, undefined, { 'if-none-match': etag })).status).toBe(200)
    await seedWatermark(query.client, made.levels, NOW, 3_000)
    expect((await query.get(address, undefined, { 'if-none-match': etag })).status).toBe(200)
    expect(first.headers).toMatchObject({
      'cache-control': 'public, no-cache',
      vary: expect.stringContaining('authorization'),
      'access-control-allow-origin': '*',
    })
    expect((await query.get(address, 'operations')).headers['cache-control']).toContain('private')
  })

  test('equal questions at one time are one question and the same answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => query.get(`${LEVELS}&by=all`)))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
  })

  test('who asks too often is told when to come back', async () => {
    const few = await startQuery(made.city, { now: NOW, ratePerMinute: 3 })
    try {
      const answers = []
      for (let i = 0; i < 4; i++) answers.push(await few.get('/v1/streams'))
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429])
      expect(answers[3]!.json).toMatchObject({ type: '/problems/too-many-requests' })
      expect(Number(answers[3]!.headers['retry-after'])).toBeGreaterThan(0)
      expect((await few.get('/v1/streams', 'operations')).status).toBe(200)
      expect((await few.get('/health/live')).status).toBe(200)
    } finally {
      await few.stop()
    }
  })
})

test('the status names every part, what it waits for, and how far the streams are', async () => {
  const { json } = await query.get('/v1/status')
  const { parts, streams, clock, ready } = json as {
    parts: { service: string; name: string; state: string; reason: string | null }[]
    streams: { stream: string; watermark: string | null }[]
    clock: unknown
    ready: boolean
  }
  expect(parts.map(({ service, name, state }) => `${service} ${name} ${state}`)).toEqual([
    'bridge listen ready',
    'worker fold waiting',
    'notifier notifier failed',
    'query http ready',
    'query store ready',
  ])
  expect(parts[2]!.reason).toMatch(/notifier does not answer/)
  expect(streams.find(({ stream }) => stream === 'levels')).toMatchObject({ watermark: '2023-06-05T02:30:00Z' })
  expect(streams.find(({ stream }) => stream === 'open-counts')).toMatchObject({ watermark: null })
  expect({ clock, ready }).toEqual({ clock: { now: '2023-06-05T02:30:00Z', replay_of: null, speed: 1 }, ready: false })
  expect(JSON.stringify(json)).not.toContain('secret')
})

test('how streams stand by their assessments is said in the catalogue and in the status', async () => {
  const states = (list: readonly { approval: { state: string; ingested: boolean } }[]) =>
    list.map(({ approval }) => `${approval.state} ${approval.ingested}`)
  const catalogue = (await query.get('/v1/streams')).json as { streams: { name: string; approval: Approval }[] }
  const expected = ['approved true', 'missing false', 'review_due true', 'withdrawn false', 'expired false']
  expect(states(catalogue.streams)).toEqual(expected)
  expect(states(((await query.get('/v1/status')).json as typeof catalogue).streams)).toEqual(expected)
  expect(catalogue.streams.find(({ name }) => name === 'closed-levels')?.approval).toEqual({
    ...{ state: 'withdrawn', ingested: false, from: '2019-12-31T13:00:00Z', until: '2023-06-04T14:00:00Z' },
    reason: 'the approval PIA-1 was withdrawn on 2023-06-05 by the forum: a new camera; nothing is taken in',
  })
  expect((await query.get('/v1/streams/many-counts')).json).toMatchObject({ approval: { reason: expect.stringMatching(/by 2023-06-04/) } })
})

test('what the bridge refused and dropped is shown to operations and stewards, exact counts not to the public', async () => {
  for (const [role, intake] of [
    [undefined, null],
    ['device', null],
    ['operations', INTAKE],
    ['steward', INTAKE],
  ] as const) {
    const { json } = await query.get('/v1/status', role)
    const { streams } = json as { streams: { stream: string; intake: unknown }[] }
    expect([role, streams.find(({ stream }) => stream === 'levels')?.intake]).toEqual([role, intake])
  }
})

test('schemas are served by id, as a registry does', async () => {
  const { json } = await query.get('/schemas/ids/20')
  expect(JSON.parse((json as { schema: string }).schema)).toMatchObject({ type: 'record', name: 'BinLevel' })
  for (const id of ['99999', 'x', '1e1']) expect((await query.get(`/schemas/ids/${id}`)).status).toBe(404)
})

test('the API describes itself, every route with its parameters', async () => {
  const { json } = await query.get('/openapi.json')
  const { openapi, paths } = json as {
    openapi: string
    paths: Record<string, Record<string, { parameters?: { name: string }[]; responses: object }>>
  }
  expect(openapi).toBe('3.1.0')
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/v1/streams',
      '/v1/streams/{stream}',
      '/v1/streams/{stream}/aggregates',
      '/v1/streams/{stream}/latest',
      '/v1/streams/{stream}/sensors',
      '/v1/streams/{stream}/readings',
      '/v1/streams/{stream}/decisions',
      '/v1/alerts',
      '/v1/alerts/{id}/acknowledgement',
      '/v1/accounting',
      '/v1/ledger',
      '/v1/quarantine',
      '/v1/status',
      '/schemas/ids/{id}',
      '/subjects/{subject}/versions/{version}',
    ]),
  )
  const names = paths['/v1/streams/{stream}/aggregates']!['get']!.parameters!.map((parameter) => parameter.name)
  expect(names.sort()).toEqual(['by', 'cursor', 'every', 'format', 'from', 'limit', 'property', 'sensor', 'stream', 'to', 'tz', 'view'])
})

test('the topics are described too', async () => {
  const { status, headers, json } = await query.get('/asyncapi.json')
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
  const { asyncapi, channels } = json as { asyncapi: string; channels: Record<string, { address: string }> }
  expect([asyncapi, channels['city.levels.events']?.address]).toEqual(['3.0.0', 'city.levels.events'])
})

test('what is not there is a problem, and browsers are told to be careful', async () => {
  for (const address of ['/v2', '/v1/streams/none', '/v1/streams/none/latest', '/', '/../etc/passwd']) {
    const { status, headers, json } = await query.get(address)
    expect([address, status]).toEqual([address, 404])
    expect(headers['content-type']).toContain('application/problem+json')
    expect(json).toMatchObject({ type: '/problems/not-found' })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
  expect((await query.app.inject({ method: 'DELETE', url: '/v1/alerts' })).statusCode).toBe(404)
  expect((await query.app.inject({ method: 'HEAD', url: '/v1/streams' })).statusCode).toBe(200)
})

test('without its store the service says so, and answers again when the store is back', { timeout: 60_000 }, async () => {
  const own = await startQuery(made.city, { now: NOW })
  try {
    expect((await own.get('/health/ready')).json).toMatchObject({ ready: true })
    await own.store.stop()
    const away = await own.get(`${LEVELS}&by=all`)
    expect([away.status, away.headers['retry-after'], away.json]).toMatchObject([503, '5', { type: '/problems/store-away' }])
    const health = await own.get('/health/ready')
    expect([health.status, health.json]).toMatchObject([
      503,
      {
        ready: false,
        parts: [
          {},
          { name: 'store', state: 'waiting', reason: expect.stringMatching(/ClickHouse does not answer at http:.*: ECONNREFUSED/) },
        ],
      },
    ])
    expect((await own.get('/health/live')).status).toBe(200)
    const status = await own.get('/v1/status')
    expect(status.json).toMatchObject({
      ready: false,
      streams: made.city.streams.map(() => ({ watermark: null, reason: expect.stringContaining('does not answer') })),
    })
    expect((await own.get('/v1/streams')).status).toBe(200)
    await own.restart()
    expect((await own.get('/health/ready')).json).toMatchObject({ ready: true })
    expect((await own.get(`${LEVELS}&by=all`)).status).toBe(200)
  } finally {
    await own.stop()
  }
})

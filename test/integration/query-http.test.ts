import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCity, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, TOKENS, startQuery } from '../support/query-service.ts'
import { seedAlerts, seedEvents, seedWatermark, uuidOf } from '../support/seed.ts'

const NOW = Date.parse('2023-06-05T02:30:00Z')
const HOUR = 3_600_000
const LEVELS = '/v1/streams/levels/aggregates?property=fullness'

let made: MadeCity
let query: QueryUnderTest
let worker: Server

beforeAll(async () => {
  made = await madeCity()
  worker = createServer((_request, response) => {
    const parts = [{ name: 'fold', state: 'waiting', since: '2026-11-25T00:00:00.000Z', reason: 'the store is away' }]
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ service: 'worker', ready: false, parts, details: { secret: 1 } }))
  })
  await new Promise<void>((resolve) => worker.listen(0, '127.0.0.1', resolve))
  const services = { bridge: 'http://127.0.0.1:1', worker: `http://127.0.0.1:${(worker.address() as AddressInfo).port}` }
  query = await startQuery(made.city, { now: NOW, services })
  for (const stream of [made.levels, made.closed]) {
    await seedEvents(query.client, stream, [{ sensor: 'a', at: NOW - HOUR, values: { fullness: 1.5 } }])
    await seedWatermark(query.client, stream, NOW)
  }
  await seedAlerts(query.client, [
    { stream: 'levels', subject: 'a', incident: 'full', transition: 'firing', at: NOW - HOUR, values: { fullness: 9 } },
    { stream: 'levels', subject: 'b', incident: 'over', transition: 'firing', at: NOW - 3 * HOUR, values: { fullness: 8 } },
    { stream: 'levels', subject: 'b', incident: 'over', transition: 'resolved', at: NOW - 2 * HOUR, values: { fullness: 1 } },
    { stream: 'closed-levels', subject: 'a', incident: 'shut', transition: 'firing', at: NOW - HOUR, values: { fullness: 9 } },
  ])
})

afterAll(async () => {
  worker.close()
  await query.stop()
})

const faultsOf = (json: unknown) => (json as { errors: { parameter: string }[] }).errors.map((error) => error.parameter).sort()

describe('parameters', () => {
  test('every fault is told at once, by name', async () => {
    const { status, headers, json } = await query.get(
      '/v1/streams/levels/aggregates?property=weight&sensor=a,x&from=yesterday&to=2023-06-05T00:00:00&every=PT15M&tz=Mars/Base&by=street&format=xml&view=secret&limit=0&cursor=abc&colour=red',
    )
    expect(status).toBe(400)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(json).toMatchObject({ type: '/problems/bad-parameters', status: 400 })
    expect(faultsOf(json)).toEqual(['by', 'colour', 'every', 'format', 'from', 'limit', 'property', 'sensor', 'to', 'tz', 'view'])
  })

  test.each([
    ['property', '/v1/streams/levels/aggregates'],
    ['property', '/v1/streams/levels/aggregates?property='],
    ['property', '/v1/streams/levels/aggregates?property=fullness&property=fullness'],
    ['property', '/v1/streams/pedestrian-counts/aggregates?property=direction_1,direction_9'],
    ['every', `${LEVELS}&every=PT15M`],
    ['every', `${LEVELS}&every=PT24H`],
    ['from', `${LEVELS}&from=2023-06-05T00:00:00Z&to=2023-06-05T00:00:00Z`],
    ['from', `${LEVELS}&from=1950-06-05T00:00:00Z`],
    ['from', `${LEVELS}&from=1971-06-05T00:00:00Z&to=2023-06-05T00:00:00Z`],
    ['to', `${LEVELS}&to=2023-02-30T25:00:00Z`],
    ['to', `${LEVELS}&to=2023-06-05T00:00:00+10:00`],
    ['tz', `${LEVELS}&every=P1D&tz=Asia/Kolkata`],
    ['sensor', `${LEVELS}&sensor=,`],
    ['limit', `${LEVELS}&limit=10001`],
    ['limit', `${LEVELS}&limit=1.5`],
    ['cursor', `${LEVELS}&cursor=WyJhIl0`],
    ['sensor', '/v1/streams/levels/readings?sensor=zz'],
    ['from', '/v1/streams/levels/readings?from=2023-05-01T00:00:00Z&to=2023-06-01T00:00:00Z'],
    ['view', '/v1/streams/levels/latest?view=all'],
    ['state', '/v1/alerts?state=burning'],
    ['stream', '/v1/alerts?stream=nothing'],
  ])('%s is at fault in %s', async (parameter, address) => {
    const { status, json } = await query.get(address)
    expect(status).toBe(400)
    expect(faultsOf(json)).toEqual([parameter])
  })

  test('a cursor belongs to its question', async () => {
    const { json } = await query.get(`${LEVELS}&limit=1`)
    const { next } = json as { next: string }
    expect((await query.get(`${LEVELS}&limit=1&cursor=${next}`)).status).toBe(200)
    expect(faultsOf((await query.get(`${LEVELS}&limit=1&by=zone&cursor=${next}`)).json)).toEqual(['cursor'])
    expect(faultsOf((await query.get(`${LEVELS}&limit=1&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z&cursor=${next}`)).json)).toEqual([
      'cursor',
    ])
  })

  test('what costs too much is refused with a way to narrow it', async () => {
    const many = { ...made.levels, sensors: Array.from({ length: 500 }, (_, i) => ({ ...made.levels.sensors[0]!, id: `s${i}` })) }
    const streams = made.city.streams as Stream[]
    const place = made.city.streams.indexOf(made.levels)
    streams[place] = many
    const { json } = await query.get(`${LEVELS}&from=2010-01-01T00:00:00Z&to=2023-01-01T00:00:00Z&every=P1D`)
    streams[place] = made.levels
    expect(json).toMatchObject({ type: '/problems/too-much', status: 400 })
    expect((json as { detail: string }).detail).toMatch(/at most 833 days at a time, or for at most 87 sensors/)
  })

  test('SQL in a parameter is text like any other', async () => {
    const attacks = [
      "a' OR 1=1 --",
      "'; DROP TABLE city.ledger; --",
      '{x:String}',
      "a\\' UNION SELECT 1",
      'a`b',
      'a\n\nDROP TABLE city.ledger',
      '%27%20OR%201',
    ]
    for (const attack of attacks) {
      const text = encodeURIComponent(attack)
      for (const name of ['property', 'sensor', 'from', 'to', 'every', 'tz', 'by', 'cursor'])
        expect((await query.get(`${LEVELS.replace('?property=fullness', '')}?${name}=${text}`)).status).toBe(400)
      expect((await query.get(`/v1/streams/${text}/latest`)).status).toBe(404)
      expect((await query.get(`/v1/quarantine?stream=${text}`, 'steward')).status).toBe(400)
      expect(
        (
          await query.app.inject({
            method: 'POST',
            url: `/v1/alerts/${text}/acknowledgement`,
            headers: { authorization: `Bearer ${TOKENS.operations}` },
          })
        ).statusCode,
      ).toBe(404)
    }
    expect((await query.get('/v1/ledger', 'steward')).status).toBe(200)
  })
})

describe('roles', () => {
  test.each([
    ['/v1/accounting', { public: 401, operations: 403, steward: 200, device: 403 }],
    ['/v1/ledger', { public: 401, operations: 403, steward: 200, device: 403 }],
    ['/v1/quarantine?reason=too_old', { public: 401, operations: 403, steward: 200, device: 403 }],
    [`${LEVELS}&view=internal`, { public: 401, operations: 200, steward: 403, device: 403 }],
    ['/v1/streams/closed-levels/aggregates?property=fullness', { public: 401, operations: 200, steward: 200, device: 403 }],
    ['/v1/streams/closed-levels/latest', { public: 401, operations: 200, steward: 200, device: 403 }],
    ['/v1/streams/closed-levels/sensors', { public: 401, operations: 200, steward: 200, device: 403 }],
    ['/v1/streams/closed-levels/readings', { public: 401, operations: 200, steward: 200, device: 403 }],
    ['/v1/streams/pedestrian-counts/readings?view=internal', { public: 401, operations: 200, steward: 403, device: 403 }],
    ['/v1/streams/levels/readings', { public: 200, operations: 200, steward: 200, device: 200 }],
    ['/v1/streams/closed-levels', { public: 200, operations: 200, steward: 200, device: 200 }],
  ] as const)('%s', async (address, expected) => {
    for (const [role, status] of Object.entries(expected)) {
      const answer = await query.get(address, role === 'public' ? undefined : (role as 'operations'))
      expect([role, answer.status]).toEqual([role, status])
      if (status === 401) expect(answer.headers['www-authenticate']).toContain('Bearer')
    }
  })

  test('an unknown token is refused everywhere, not taken for the public', async () => {
    for (const authorization of ['Bearer nobody-knows-this', 'Basic b3BlcmF0aW9uczo=', `Bearer ${TOKENS.operations}x`, 'Bearer']) {
      expect((await query.app.inject({ url: '/v1/streams', headers: { authorization } })).statusCode).toBe(401)
    }
  })

  test('closed streams stay in the catalogue with their grounds', async () => {
    const { json } = await query.get('/v1/streams')
    expect(
      (json as { streams: { name: string; access: unknown }[] }).streams.find((stream) => stream.name === 'closed-levels')?.access,
    ).toMatchObject({ level: 'closed', grounds: 'a test of closed streams' })
  })
})

describe('alerts', () => {
  test('are listed by state, newest first, those of closed streams for roles', async () => {
    const list = async (address: string, role?: 'operations') =>
      ((await query.get(address, role)).json as { alerts: { id: string; state: string }[] }).alerts.map(({ id, state }) => `${id} ${state}`)
    expect(await list('/v1/alerts')).toEqual([`${uuidOf('full')} firing`, `${uuidOf('over')} resolved`])
    expect(await list('/v1/alerts?state=firing&stream=levels')).toEqual([`${uuidOf('full')} firing`])
    expect(await list('/v1/alerts?state=firing', 'operations')).toContain(`${uuidOf('shut')} firing`)
  })

  test('are acknowledged by operations; the public sees that, not by whom', async () => {
    const acknowledge = (role: keyof typeof TOKENS, payload: object, id = uuidOf('full')) =>
      query.app.inject({
        method: 'POST',
        url: `/v1/alerts/${id}/acknowledgement`,
        headers: { authorization: `Bearer ${TOKENS[role]}` },
        payload,
      })
    expect((await acknowledge('steward', { by: 'Ana' })).statusCode).toBe(403)
    expect((await acknowledge('operations', { by: '', colour: 'red' })).json<{ errors: unknown[] }>().errors).toHaveLength(2)
    expect((await acknowledge('operations', { by: 'Ana' }, uuidOf('none'))).statusCode).toBe(404)
    const done = await acknowledge('operations', { by: 'Ana', note: 'on the way' })
    expect([done.statusCode, done.json()]).toMatchObject([
      201,
      { acknowledged: { by: 'Ana', note: 'on the way', at: '2023-06-05T02:30:00Z' } },
    ])
    const [seen] = ((await query.get('/v1/alerts?state=firing')).json as { alerts: { acknowledged: unknown }[] }).alerts
    expect(seen?.acknowledged).toEqual({ at: '2023-06-05T02:30:00Z', by: null, note: null })
  })
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
    'bridge bridge failed',
    'worker fold waiting',
    'query http ready',
    'query store ready',
  ])
  expect(parts[0]!.reason).toMatch(/bridge does not answer/)
  expect(streams.find(({ stream }) => stream === 'levels')).toMatchObject({ watermark: '2023-06-05T02:30:00Z' })
  expect(streams.find(({ stream }) => stream === 'open-counts')).toMatchObject({ watermark: null })
  expect({ clock, ready }).toEqual({ clock: { now: '2023-06-05T02:30:00Z', replay_of: null, speed: 1 }, ready: false })
  expect(JSON.stringify(json)).not.toContain('secret')
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
      '/v1/alerts',
      '/v1/alerts/{id}/acknowledgement',
      '/v1/accounting',
      '/v1/ledger',
      '/v1/quarantine',
      '/v1/status',
      '/schemas/ids/{id}',
    ]),
  )
  const names = paths['/v1/streams/{stream}/aggregates']!['get']!.parameters!.map((parameter) => parameter.name)
  expect(names.sort()).toEqual(['by', 'cursor', 'every', 'format', 'from', 'limit', 'property', 'sensor', 'stream', 'to', 'tz', 'view'])
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
      streams: [{ watermark: null, reason: expect.stringContaining('does not answer') }, {}, {}, {}],
    })
    expect((await own.get('/v1/streams')).status).toBe(200)
    await own.restart()
    expect((await own.get('/health/ready')).json).toMatchObject({ ready: true })
    expect((await own.get(`${LEVELS}&by=all`)).status).toBe(200)
  } finally {
    await own.stop()
  }
})

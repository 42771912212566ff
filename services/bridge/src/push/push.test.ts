import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { createLog, type Stop } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import { afterEach, expect, test } from 'vitest'
import { makeIntake, NOW, type TestIntake } from '../../../../test/support/mqtt-endpoint.ts'
import { freePort } from '../../../../test/support/ports.ts'
import { byToken, open } from '../listen/authenticate.ts'
import { Push, type PushOptions } from './push.ts'

const SECRET = 'a secret of sixteen letters'
const stops: Stop[] = []
let made: TestIntake
afterEach(async () => {
  made.log.acknowledges = true
  for (const stop of stops.splice(0)) await stop()
})

interface Starting extends Partial<Pick<PushOptions, 'authenticate' | 'allBytes' | 'waitMs'>> {
  readonly over?: (s: Stream) => Stream
}

async function start({ over = (s) => s, authenticate = open, ...rest }: Starting = {}) {
  made = await makeIntake({ streams: (all) => all.map(over) })
  const port = await freePort()
  const { intake, streams, moments, counters } = made
  const log = createLog('test', 'silent')
  const push = new Push({ ...{ host: '127.0.0.1', port, intake, streams, moments, log }, authenticate, counters: counters.source, ...rest })
  const stop = await push.start()
  stops.push(stop)
  const url = `http://127.0.0.1:${port}/v1/streams`
  const send = async (stream: string, body: unknown, o: { headers?: Record<string, string>; query?: string } = {}) => {
    const response = await fetch(`${url}/${stream}/readings${o.query ?? ''}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...o.headers },
    })
    const { status, headers } = response
    return { status, type: headers.get('content-type'), headers, body: (await response.json()) as Record<string, unknown> }
  }
  return { send, url, stop }
}

const reading = (sensor: string, fullness: number | string = 4, at = NOW) => ({ sensor, at, fullness })
const stored = () => made.events().map((e) => [e.sensor, e['fullness']])
const basic = (user: string, password = createHmac('sha256', SECRET).update(user).digest('hex')) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

test('202 when Kafka has all of it, and not before', async () => {
  const { send } = await start()
  made.log.acknowledges = false
  const waiting = send('bin-levels', [reading('bin-01'), reading('bin-02', 6)])
  const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 150, 'nothing'))])
  expect(early).toBe('nothing')
  made.log.acknowledges = true
  expect(await waiting).toMatchObject({ status: 202, body: { accepted: 2 } })
  expect(new Set(stored())).toEqual(
    new Set([
      ['bin-01', 4],
      ['bin-02', 6],
    ]),
  )
})

test('refused readings are told one by one and lie in quarantine; the others are stored', async () => {
  const { send } = await start()
  const answer = await send('bin-levels', [reading('bin-01'), reading('nobody'), reading('bin-02', 'full'), 7])
  expect(answer).toMatchObject({ status: 422, type: expect.stringContaining('application/problem+json') })
  expect(answer.body).toEqual({
    type: '/problems/readings-refused',
    title: 'Readings were refused',
    status: 422,
    detail: '3 of 4 readings were refused; the others are stored and need not be sent again',
    accepted: 1,
    refused: 3,
    errors: [
      { reading: 2, reason: 'unregistered', detail: 'the sensor is not in the register' },
      { reading: 3, reason: 'invalid', detail: 'fullness is not a number' },
      { reading: 4, reason: 'invalid', detail: 'not an object' },
    ],
  })
  expect(stored()).toEqual([['bin-01', 4]])
  expect(made.quarantined().map((q) => q['reason'])).toEqual(['unregistered', 'invalid', 'invalid'])
})

const entity = {
  id: 'urn:ngsi-ld:WasteContainer:7',
  type: 'WasteContainer',
  fillingLevel: { type: 'Property', value: 4, observedAt: '2023-06-04T14:00:00Z' },
  dateObserved: { type: 'Property', value: { '@type': 'DateTime', '@value': '2023-06-04T14:00:00Z' } },
}

test("Smart Data Models' names, by the contract's mapping, beside the stream's own", async () => {
  const payload = {
    sensor: ['sensor', 'id'],
    at: ['at', 'dateObserved', 'dateObserved.value', 'dateObserved.value.@value'],
    fields: { fullness: ['fullness', 'fillingLevel', 'fillingLevel.value'] },
  }
  const over = (s: Stream): Stream => {
    if (s.name !== 'bin-levels') return s
    const sensors = s.sensors.map((one, i) => (i === 6 ? { ...one, aliases: [entity.id] } : one))
    return { ...s, sensors, source: { ...s.source, codec: 'records', payload } }
  }
  const { send } = await start({ over })
  const notification = { id: 'urn:ngsi-ld:Notification:1', type: 'Notification', data: [entity, reading('bin-01', 2)] }
  expect(await send('bin-levels', notification, { headers: { 'content-type': 'application/ld+json' } })).toMatchObject({ status: 202 })
  expect(stored()).toContainEqual(['bin-07', 4])
  expect(stored()).toContainEqual(['bin-01', 2])
})

test("readings in the stream's own names are taken whatever the contract's codec", async () => {
  const payload = { sensor: 'bin', at: 'time', fields: { fullness: 'level' } }
  const over = (s: Stream): Stream => (s.name === 'bin-levels' ? { ...s, source: { ...s.source, codec: 'csv', payload } } : s)
  const { send } = await start({ over })
  const type = (value: string) => ({ headers: { 'content-type': value } })
  expect(await send('bin-levels', `bin,time,level\nbin-01,${NOW},2\n`, type('text/csv'))).toMatchObject({ status: 202 })
  expect(await send('bin-levels', `bin,time,level\nbin-05,${NOW},2\n`)).toMatchObject({ status: 202 })
  // CSV is no JSON, so JSON can only be ours; where a codec reads JSON the type says it.
  expect(await send('bin-levels', [reading('bin-02', 4)])).toMatchObject({ status: 202, body: { accepted: 1 } })
  const own = type('application/vnd.commonstream.readings+json; charset=utf-8')
  expect(await send('bin-levels', reading('bin-03', 6), own)).toMatchObject({ status: 202 })
  expect(await send('bin-levels', reading('bin-03', 6), { ...own, query: '?sensor=bin-04' })).toMatchObject({ status: 202 })
  expect(new Set(stored().map(String))).toEqual(new Set(['bin-01,2', 'bin-02,4', 'bin-03,6', 'bin-04,6', 'bin-05,2']))
})

test('with tokens a gateway speaks for its sensors, a sensor for itself, and nobody else for anybody', async () => {
  const over = (s: Stream): Stream => ({ ...s, sensors: s.sensors.map((one, i) => ({ ...one, gateway: i < 2 ? 'gw' : null })) })
  const { send } = await start({ over, authenticate: byToken(SECRET) })
  const both = [reading('bin-01'), reading('bin-03')]
  expect(await send('bin-levels', both)).toMatchObject({ status: 401, body: { type: '/problems/unauthenticated' } })
  expect((await send('bin-levels', both)).headers.get('www-authenticate')).toMatch(/^Basic /)
  expect(await send('bin-levels', both, { headers: basic('gw', 'f'.repeat(64)) })).toMatchObject({ status: 401 })
  expect(await send('nowhere', both, { headers: basic('gw', 'f'.repeat(64)) })).toMatchObject({ status: 401 })
  expect(await send('bin-levels', both, { headers: basic('gw') })).toMatchObject({
    status: 422,
    body: { accepted: 1, errors: [{ reading: 2, reason: 'not_yours' }] },
  })
  expect(await send('bin-levels', both, { headers: basic('stranger') })).toMatchObject({ status: 403, body: { accepted: 0 } })
  expect(await send('bin-levels', { at: NOW, fullness: 8 }, { headers: basic('bin-03'), query: '?sensor=bin-03' })).toMatchObject({
    status: 202,
  })
  expect(await send('bin-levels', { at: NOW, fullness: 8 }, { headers: basic('bin-03'), query: '?sensor=bin-04' })).toMatchObject({
    status: 403,
    body: { reason: 'not_yours' },
  })
  expect(stored()).toEqual([
    ['bin-01', 4],
    ['bin-03', 8],
  ])
})

test.each<[string, string, unknown, Record<string, string>, number, string]>([
  ['an unknown stream', 'nowhere', [], {}, 404, 'not-found'],
  ['no JSON', 'bin-levels', '404 Not Found', {}, 400, 'bad-request'],
  ['nothing', 'bin-levels', '', {}, 400, 'bad-request'],
  ['a form of a page', 'bin-levels', 'a=b', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
  ['too deep a body', 'bin-levels', '['.repeat(2_000), {}, 400, 'bad-request'],
  ['too long a body', 'bin-levels', ' '.repeat(1_100_000), {}, 413, 'too-large'],
  ['too many readings', 'bin-levels', Array.from({ length: 1_001 }, () => 0), {}, 413, 'too-large'],
  ['a stream that is not approved', 'pedestrian-counts', [reading('1')], {}, 403, 'forbidden'],
])('%s is refused as such', async (_, stream, body, headers, status, kind) => {
  const { send } = await start({ over: (s) => (s.name === 'pedestrian-counts' ? { ...s, assessment: null } : s) })
  const answer = await send(stream, body, { headers })
  expect(answer).toMatchObject({ status, body: { type: `/problems/${kind}`, status } })
  expect(made.events()).toEqual([])
})

test.each<[string, unknown, string]>([
  ['a sensor that nobody knows', [reading('1')], '?sensor=nobody'],
  ['too deep a body', '['.repeat(2_000), ''],
  ['too long a body', ' '.repeat(1_100_000), ''],
])('of a stream that is not approved nothing is kept, also where the POST has another fault: %s', async (_, body, query) => {
  const { send } = await start({ over: (s) => (s.name === 'bin-levels' ? { ...s, assessment: null } : s) })
  expect(await send('bin-levels', body, { query })).toMatchObject({ status: 403, body: { accepted: 0, reason: 'not_approved' } })
  expect(made.quarantined()).toMatchObject([{ reason: 'not_approved', bytes: null, sha256: '' }])
})

/** A POST whose body is announced and does not come. */
function announced(url: string, bytes: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(bytes) }
    const sent = request(`${url}/bin-levels/readings`, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode))
    sent.on('error', () => resolve(undefined))
    sent.flushHeaders()
    stops.unshift(async () => void sent.destroy())
  })
}

test('bodies that are still being sent take room too', async () => {
  const { url, send } = await start({ allBytes: 100_000 })
  for (let i = 0; i < 2; i++) void announced(url, 60_000)
  await expect.poll(async () => (await send('bin-levels', [reading('bin-01')])).status).toBe(503)
  for (const stop of stops.splice(0, 2)) await stop()
  await expect.poll(async () => (await send('bin-levels', [reading('bin-01')])).status).toBe(202)
})

test('a body that is too long while Kafka is away: the sender is told to come again', async () => {
  const { send } = await start({ waitMs: 100 })
  made.log.acknowledges = false
  expect(await send('bin-levels', ' '.repeat(1_100_000))).toMatchObject({ status: 503, body: { type: '/problems/not-acknowledged' } })
})

test('while Kafka is away a POST is told to come again, further ones are not read; what then is stored is the same event', async () => {
  const { send } = await start({ waitMs: 100, allBytes: 500 })
  made.log.acknowledges = false
  expect(await send('bin-levels', [reading('bin-01')])).toMatchObject({ status: 503, body: { type: '/problems/not-acknowledged' } })
  const second = await send('bin-levels', [reading('bin-01')])
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5'])
  made.log.acknowledges = true
  await expect.poll(() => stored().length).toBe(1)
  expect(await send('bin-levels', [reading('bin-01')])).toMatchObject({ status: 202 })
  expect(new Set(made.events().map((e) => e.event_id.toString('hex'))).size).toBe(1)
  expect(made.counters.source).toMatchObject({ posts: 2, postsPutOff: 2 })
})

test('a page cannot reach it under a name of its own that leads to this machine', async () => {
  const { url } = await start()
  const { port } = new URL(url)
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'evil.example.org', 'content-type': 'application/json' }
    const sent = request({ port, host: '127.0.0.1', path: '/v1/streams/bin-levels/readings', method: 'POST', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.on('error', reject)
    sent.end(JSON.stringify([reading('bin-01')]))
  })
  expect([status, made.events()]).toEqual([403, []])
})

test('another path or method is a problem that says where to POST', async () => {
  const { url } = await start()
  const response = await fetch(url)
  expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
    404,
    expect.stringContaining('POST to /v1/streams'),
  ])
})

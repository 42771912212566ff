import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCity, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, TOKENS, startQuery } from '../support/query-service.ts'
import { seedAlerts, seedEvents, uuidOf } from '../support/seed.ts'

const NOW = Date.parse('2023-06-05T02:30:00Z')
const HOUR = 3_600_000
const LEVELS = '/v1/streams/levels/aggregates?property=fullness'

let made: MadeCity
let query: QueryUnderTest

beforeAll(async () => {
  made = await madeCity()
  const restricted = {
    ...made.closed,
    name: 'restricted-levels',
    table: 'restricted_levels',
    access: { ...made.closed.access, level: 'restricted' as const },
  }
  query = await startQuery({ ...made.city, streams: [...made.city.streams, restricted] }, { now: NOW })
  for (const stream of [made.levels, made.closed, restricted])
    await seedEvents(query.client, stream, [{ sensor: 'a', at: NOW - HOUR, values: { fullness: 1.5 } }])
  await seedAlerts(query.client, [
    { stream: 'levels', subject: 'a', incident: 'full', transition: 'firing', at: NOW - HOUR, values: { fullness: 9 } },
    { stream: 'levels', subject: 'b', incident: 'over', transition: 'firing', at: NOW - 3 * HOUR, values: { fullness: 8 } },
    { stream: 'levels', subject: 'b', incident: 'over', transition: 'resolved', at: NOW - 2 * HOUR, values: { fullness: 1 } },
    { stream: 'closed-levels', subject: 'a', incident: 'shut', transition: 'firing', at: NOW - HOUR, values: { fullness: 9 } },
  ])
})

afterAll(() => query.stop())

describe('roles', () => {
  test.each([
    ['/v1/accounting', { public: 401, operations: 403, steward: 200, device: 403 }],
    ['/v1/ledger', { public: 401, operations: 403, steward: 200, device: 403 }],
    ['/v1/quarantine?reason=too_old', { public: 401, operations: 403, steward: 200, device: 403 }],
    [`${LEVELS}&view=internal`, { public: 401, operations: 200, steward: 403, device: 403 }],
    ['/v1/streams/restricted-levels/aggregates?property=fullness', { public: 401, operations: 200, steward: 200, device: 403 }],
    ['/v1/streams/restricted-levels/readings', { public: 401, operations: 200, steward: 200, device: 403 }],
    ['/v1/streams/closed-levels/aggregates?property=fullness', { public: 401, operations: 200, steward: 403, device: 403 }],
    ['/v1/streams/closed-levels/latest', { public: 401, operations: 200, steward: 403, device: 403 }],
    ['/v1/streams/closed-levels/sensors', { public: 401, operations: 200, steward: 403, device: 403 }],
    ['/v1/streams/closed-levels/readings', { public: 401, operations: 200, steward: 403, device: 403 }],
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

  test('a closed stream says on what grounds, wherever its data are asked for', async () => {
    const { json } = await query.get('/v1/streams/closed-levels/latest', 'steward')
    expect(json).toMatchObject({ detail: expect.stringContaining('closed: a test of closed streams') })
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
    const list = async (address: string, role?: 'operations' | 'steward') =>
      ((await query.get(address, role)).json as { alerts: { id: string; state: string }[] }).alerts.map(({ id, state }) => `${id} ${state}`)
    expect(await list('/v1/alerts')).toEqual([`${uuidOf('full')} firing`, `${uuidOf('over')} resolved`])
    expect(await list('/v1/alerts?state=firing&stream=levels')).toEqual([`${uuidOf('full')} firing`])
    expect(await list('/v1/alerts?state=firing', 'operations')).toContain(`${uuidOf('shut')} firing`)
    expect(await list('/v1/alerts?state=firing', 'steward')).not.toContain(`${uuidOf('shut')} firing`)
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

import type { Sensor, Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCity, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, TOKENS, startQuery } from '../support/query-service.ts'

const NOW = Date.parse('2023-06-05T02:30:00Z')
const LEVELS = '/v1/streams/levels/aggregates?property=fullness'

/** What a register says of bays, as `make register` takes it from a city's file. */
const DETAILS: Readonly<Record<string, NonNullable<Sensor['details']>>> = {
  a: { time_limit: 60, disability: true },
  b: { time_limit: 60, disability: false },
  c: { time_limit: '2P 8-18' },
}

let made: MadeCity
let query: QueryUnderTest

beforeAll(async () => {
  made = await madeCity()
  const sensors = made.levels.sensors.map((s) => ({ ...s, ...(DETAILS[s.id] && { details: DETAILS[s.id] }) }))
  const bays = { ...made.levels, name: 'bays', table: 'bays', sensors, publish: { timeMs: 300_000, history: 'sensor' as const, group: 10 } }
  made = { ...made, city: { ...made.city, streams: [...made.city.streams, bays] } }
  query = await startQuery(made.city, { now: NOW })
})

afterAll(() => query.stop())

const faultsOf = (json: unknown) => (json as { errors: { parameter: string }[] }).errors.map((error) => error.parameter).sort()

test("time limits and disability bays are sensors' properties: shown, exported as GeoJSON, and asked for", async () => {
  const sensors = async (parameters: string) => {
    const { json, status, headers } = await query.get(`/v1/streams/bays/sensors${parameters}`)
    const { features = [] } = json as { features?: { id: string; properties: { details?: object } }[] }
    return { status, type: headers['content-type'], json, found: features.map(({ id, properties }) => [id, properties.details]) }
  }
  const all = ['a', 'b', 'c', 'd'].map((id) => [id, DETAILS[id]])
  expect(await sensors('')).toMatchObject({ status: 200, type: expect.stringContaining('application/geo+json'), found: all })
  expect((await sensors('?details=disability')).found).toEqual([['a', DETAILS['a']]])
  expect((await sensors('?details=time_limit:60,disability:false')).found).toEqual([['b', DETAILS['b']]])
  expect((await sensors('?details=time_limit:2P%208-18&at=2023-05-01T00:00:00Z')).found).toEqual([['c', DETAILS['c']]])
  const detail = '"colour" is no detail of a sensor here; there are disability, time_limit'
  expect(await sensors('?details=colour:red')).toMatchObject({ status: 400, json: { errors: [{ parameter: 'details', detail }] } })
})

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

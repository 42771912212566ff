import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Stream } from '@commonstream/schemas'
import { type MadeCity, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, startQuery } from '../support/query-service.ts'
import { type SeedEvent, seedEvents, seedWatermark, seedWindows } from '../support/seed.ts'

const NOW = Date.parse('2025-06-01T13:00:00Z')

/** Two sensors, every 17 minutes of two days, in steps of a tenth; two readings at one instant among them. */
const LEVELS: SeedEvent[] = ['a', 'b'].flatMap((sensor) =>
  Array.from({ length: 170 }, (_, i) => ({
    sensor,
    at: NOW - Math.floor((i + 3) / 2) * 2 * 1_020_000,
    values: { fullness: ((i * 37) % 100) / 10 },
  })),
)

interface Row {
  sensor: string | null
  [figure: string]: unknown
}

/** As `levels`, but of its past the public sees groups of two, and of its present what was so at a multiple of five minutes. */
let bays: Stream
let made: MadeCity
let query: QueryUnderTest

beforeAll(async () => {
  made = await madeCity()
  bays = {
    ...made.levels,
    ...{ name: 'bays', table: 'bays', publish: { timeMs: 300_000, history: 'zone', group: 2 } },
    properties: made.levels.properties.map((p) => ({ ...p, aggregates: ['min', 'max', 'mean', 'last'] })),
  }
  query = await startQuery({ ...made.city, streams: [...made.city.streams, bays] }, { now: NOW })
  await seedEvents(query.client, made.levels, LEVELS)
})

afterAll(() => query.stop())

async function rowsOf(address: string): Promise<Row[]> {
  return ((await query.get(address)).json as { rows: Row[] }).rows
}

test('latest, sensors and readings tell what was sent last, and what is kept of a place', async () => {
  const newest = (sensor: string) => LEVELS.filter((event) => event.sensor === sensor).toSorted((x, y) => y.at - x.at)[0]!
  const latest = await rowsOf('/v1/streams/levels/latest')
  expect(latest.map(({ sensor, at, values, status }) => ({ sensor, at, values, status }))).toEqual([
    ...['a', 'b'].map((sensor) => ({
      sensor,
      at: new Date(newest(sensor).at).toISOString().replace('.000Z', 'Z'),
      values: newest(sensor).values,
      status: 'ok',
    })),
    ...['c', 'd'].map((sensor) => ({ sensor, at: null, values: { fullness: null }, status: 'no_data' })),
  ])
  const { text, json } = await query.get('/v1/streams/levels/sensors')
  const { features } = json as { features: { id: string; geometry: unknown; properties: { in_service: boolean } }[] }
  const point = (coordinates: number[]) => ({ type: 'Point', coordinates })
  expect(features.map((f) => f.geometry)).toEqual([
    point([144.961_234, -37.812_345]),
    point([144.96, -37.81]),
    null,
    point([144.961_234, -37.812_345]),
  ])
  expect(features.map((f) => f.properties.in_service)).toEqual([true, true, false, true])
  expect(text).not.toContain('hidden')
})

test('readings are paged in the order of their key, and CSV has them all', async () => {
  const range = 'from=2025-05-31T14:00:00Z&to=2025-06-01T14:00:00Z'
  const kept = LEVELS.filter(({ at }) => at >= Date.parse('2025-05-31T14:00:00Z') && at < Date.parse('2025-06-01T14:00:00Z'))
  const rows: Row[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer: unknown = (await query.get(`/v1/streams/levels/readings?${range}&limit=13${cursor === '' ? '' : `&cursor=${cursor}`}`))
      .json
    const page = answer as { rows: Row[]; next: string | null }
    rows.push(...page.rows)
    cursor = page.next
  }
  const plain = (sensor: string, at: number, fullness: unknown) => `${sensor} ${at} ${String(fullness)}`
  expect(rows.map((row) => plain(row.sensor!, Date.parse(row['at'] as string), row['fullness'])).sort()).toEqual(
    kept.map(({ sensor, at, values }) => plain(sensor, at, values['fullness'])).sort(),
  )
  expect(rows.map(({ sensor, at }) => `${sensor} ${String(at)}`)).toEqual(rows.map(({ sensor, at }) => `${sensor} ${String(at)}`).sort())
  const csv = await query.get(`/v1/streams/levels/readings?${range}&format=csv`)
  expect(parse(csv.text, { columns: true })).toHaveLength(kept.length)
})

test('rows of many sensors, read from other tables, are those of one at a time', async () => {
  const { many } = made
  const hours = Array.from({ length: 50 }, (_, i) => NOW - (i + 1) * 3_600_000)
  const events: SeedEvent[] = many.sensors.flatMap(({ id }, n) =>
    hours
      .filter((_, i) => (i * 7 + n * 3) % 11 > n % 9)
      .map((at) => ({ sensor: id, at: at + n * 1_000, values: { direction_1: n, direction_2: 1 } })),
  )
  const closed = NOW - 5 * 3_600_000
  await seedEvents(query.client, many, events)
  await seedWindows(
    query.client,
    many,
    events.filter(({ at }) => at < closed),
  )
  await seedWatermark(query.client, many, closed)
  for (const every of ['PT15M', 'PT1H', 'P1D']) {
    const address = `/v1/streams/many-counts/aggregates?property=direction_1&limit=10000&every=${every}&from=${new Date(NOW - 12 * 3_600_000).toISOString()}`
    const all = await rowsOf(address)
    const bySensor = Map.groupBy(all, (row) => row.sensor)
    for (const { id } of many.sensors.slice(0, 12)) expect(bySensor.get(id)).toEqual(await rowsOf(`${address}&sensor=${id}`))
    expect(new Set(all.map((row) => row['status']))).toEqual(new Set(every === 'P1D' ? ['partial'] : ['ok', 'partial', 'no_data']))
  }
})

test('old readings keep their old place: a sensor that moved, a device that was replaced, and one that left', async () => {
  const row = (sensor: string, valid_from: string, zone: string, name: string, removed: string | null = null) => ({
    ...{ stream: 'levels', sensor, valid_from, name, zone, lon: 140, lat: -30, place: 'exact', every: 3_600, removed, version: 1 },
  })
  await query.client.insert({
    table: 'city.sensors',
    values: [
      row('a', '1970-01-01', 'south', 'Old corner'),
      row('a', '2025-05-31', 'north', 'Place a'),
      row('left', '1970-01-01', 'north', 'Gone', '2025-05-31'),
    ],
    format: 'JSONEachRow',
  })
  const at = async (time: string) => {
    const { json } = await query.get(`/v1/streams/levels/sensors?at=${time}`)
    const { features } = json as { features: { id: string; geometry: unknown; properties: { name: string; zone: string | null } }[] }
    return Object.fromEntries(features.map(({ id, properties }) => [id, `${properties.name}, ${properties.zone}`]))
  }
  expect(await at('2025-05-30T13:59:59Z')).toMatchObject({ a: 'Old corner, south', left: 'Gone, north', b: 'Place b, north' })
  expect(await at('2025-05-30T14:00:00Z')).toEqual({ a: 'Place a, north', b: 'Place b, north', d: 'Place d, null' })
  expect((await query.get('/v1/streams/levels/sensors?at=yesterday')).status).toBe(400)

  const days = 'from=2025-05-29T14:00:00Z&to=2025-05-31T14:00:00Z&every=P1D'
  const counted = (sensor: string, from: string) =>
    LEVELS.filter((e) => e.sensor === sensor && e.at >= Date.parse(from) && e.at < Date.parse(from) + 86_400_000).length
  const zones = await rowsOf(`/v1/streams/levels/aggregates?property=fullness&by=zone&${days}`)
  const figures = zones.map(({ zone, from, count, expected }) => [zone, from, count, expected])
  expect(figures).toEqual([
    [null, '2025-05-29T14:00:00Z', null, 1],
    ['north', '2025-05-29T14:00:00Z', counted('b', '2025-05-29T14:00:00Z'), 2],
    ['south', '2025-05-29T14:00:00Z', counted('a', '2025-05-29T14:00:00Z'), 1],
    [null, '2025-05-30T14:00:00Z', null, 1],
    ['north', '2025-05-30T14:00:00Z', counted('a', '2025-05-30T14:00:00Z') + counted('b', '2025-05-30T14:00:00Z'), 2],
    ['south', '2025-05-30T14:00:00Z', null, 0],
  ])
  const own = await rowsOf(`/v1/streams/levels/aggregates?property=fullness&sensor=a&${days}`)
  expect(own.map(({ zone }) => zone)).toEqual(['south', 'north'])
})

test('of a stream whose published times are coarse the public sees the present of each slot, and the whole slot long', async () => {
  const slot = NOW + 24 * 3_600_000
  const at = (seconds: number) => slot + seconds * 1_000
  const say = (sensor: string, seconds: number, fullness: number) =>
    seedEvents(query.client, bays, [{ sensor, at: at(seconds), values: { fullness } }])
  const shown = async (role?: 'operations') =>
    (await rowsOfRole('/v1/streams/bays/latest', role)).map(({ sensor, at: t, values, reporting }) => [
      sensor,
      t,
      (values as { fullness: unknown }).fullness,
      reporting,
    ])
  const text = (seconds: number) => new Date(at(seconds)).toISOString().replace('.000Z', 'Z')
  await say('a', -31, 4)
  await say('b', -7 * 86_400, 1)
  query.now = at(200)
  const before = [
    ['a', text(-300), 4, true],
    ['b', text(-7 * 86_400), 1, false],
    ['c', null, null, false],
    ['d', null, null, false],
  ]
  expect(await shown()).toEqual(before)
  await say('a', 100, 9)
  await say('a', -20, 7)
  expect(await shown()).toEqual(before)
  const feature = (await query.get('/v1/streams/bays/sensors')).json as {
    features: { properties: { latest: { at: string; values: unknown } } }[]
  }
  expect(feature.features[0]!.properties.latest).toMatchObject({ at: text(-300), values: { fullness: 4 } })
  expect((await shown('operations'))[0]).toEqual(['a', text(100), 9, true])
  query.now = at(309)
  expect(await shown()).toEqual(before)
  query.now = at(310)
  expect((await shown())[0]).toEqual(['a', text(0), 9, true])
  query.now = NOW
})

test('… single readings and the history of single sensors are for operations', async () => {
  expect((await query.get('/v1/streams/bays/readings?sensor=a')).status).toBe(401)
  const range = 'property=fullness&from=2025-06-01T09:00:00Z&to=2025-06-01T14:00:00Z&every=PT1H'
  for (const single of ['', '&by=sensor', '&by=zone&sensor=a', '&by=all&sensor=a,b', '&by=all&sensor=a&format=csv'])
    expect((await query.get(`/v1/streams/bays/aggregates?${range}${single}`)).status).toBe(400)
  expect((await query.get(`/v1/streams/bays/aggregates?${range}&view=internal`)).status).toBe(401)
  expect((await query.get(`/v1/streams/bays/aggregates?${range}&view=internal`, 'operations')).status).toBe(200)
  const { publish } = (await query.get('/v1/streams/bays')).json as { publish: unknown }
  expect(publish).toEqual({ time: 'PT5M', history: 'zone', group: 2 })
})

test('… and what is published of the past is of groups, of hours that are over', async () => {
  await seedEvents(query.client, bays, LEVELS)
  const range = 'property=fullness&from=2025-06-01T09:00:00Z&to=2025-06-01T14:00:00Z&every=PT1H'
  const all = await rowsOf(`/v1/streams/bays/aggregates?${range}&by=all`)
  const within = (hour: number) => LEVELS.filter(({ at }) => at >= NOW + hour * 3_600_000 && at < NOW + (hour + 1) * 3_600_000)
  expect(all.map((row) => [row['count'], row['status'] === 'suppressed', row['expected']])).toEqual([
    ...[-4, -3, -2, -1].map((hour) => [within(hour).length, false, 3]),
    // Under way: its figures would tell when somebody came.
    [null, true, 3],
  ])
  // Two of the north were heard and are a group; elsewhere nobody was heard, which tells nothing.
  const zones = await rowsOf(`/v1/streams/bays/aggregates?${range}&by=zone`)
  expect(zones.filter((row) => row['zone'] === 'north').map((row) => row['count'])).toEqual(
    [-4, -3, -2, -1].map((hour) => within(hour).length).concat(null as never),
  )
  expect(
    new Set(
      zones
        .filter((row) => row['zone'] !== 'north')
        .map((row) => `${String(row['status'])} ${String(row['count'])} ${String(row['reporting'])}`),
    ),
  ).toEqual(new Set(['suppressed null null']))
  const csv = await query.get(`/v1/streams/bays/aggregates?${range}&by=zone&format=csv`)
  expect(
    parse<{ mean: string; zone: string }>(csv.text, { columns: true })
      .filter(({ mean }) => mean !== '')
      .every(({ zone }) => zone === 'north'),
  ).toBe(true)
})

async function rowsOfRole(address: string, role?: 'operations'): Promise<Row[]> {
  return ((await query.get(`${address}${role === undefined ? '' : '?view=internal'}`, role)).json as { rows: Row[] }).rows
}

import { threshold, noiseSd } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCity, SENSORS, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, startQuery } from '../support/query-service.ts'
import { type SeedEvent, seedAlerts, seedEvents, seedGap, seedReleases, seedWatermark, uuidOf } from '../support/seed.ts'

const QUARTER = 900_000
const START = Date.parse('2023-06-04T14:00:00Z') // local midnight
/** Local midnight to 10:00, of which the last hour is not released yet. */
const WINDOWS = Array.from({ length: 36 }, (_, i) => START + i * QUARTER)
const NOW = START + 40 * QUARTER
/** Of the hour from here on nothing is known. */
const GAP = START - 8 * QUARTER
/** Exact counts are of this size, so that none can be taken for a release. */
const SECRET = 7_392_841

interface Row {
  sensor: string | null
  from: string
  to: string
  [figure: string]: unknown
}

let made: MadeCity
let query: QueryUnderTest

/** Releases from −12 to 60, different for each atom. */
function release(sensor: string, window: number, property: string): number {
  return (Number.parseInt(uuidOf(`${sensor}${window}${property}`).slice(0, 6), 16) % 73) - 12
}

const events: SeedEvent[] = WINDOWS.flatMap((window) =>
  ['a', 'b'].map((sensor) => ({ sensor, at: window + 60_000, values: { direction_1: SECRET, direction_2: SECRET + 1 } })),
)

beforeAll(async () => {
  made = await madeCity()
  query = await startQuery(made.city, { now: NOW })
  await seedReleases(query.client, made.counts, WINDOWS, release)
  await seedEvents(query.client, made.counts, [
    ...events,
    { sensor: 'c', at: NOW - 25 * 3_600_000, values: { direction_1: SECRET, direction_2: SECRET } },
  ])
  await seedGap(query.client, made.counts, GAP, GAP + 4 * QUARTER)
  await seedWatermark(query.client, made.counts, START + 36 * QUARTER)
})

afterAll(() => query.stop())

async function rowsOf(address: string, role?: 'operations'): Promise<Row[]> {
  const answer = await query.get(address, role)
  expect(answer.status).toBe(200)
  return (answer.json as { rows: Row[] }).rows
}

const range = `from=${new Date(START).toISOString()}&to=${new Date(NOW).toISOString()}`
const aggregates = '/v1/streams/pedestrian-counts/aggregates'

/** The cells of a question, from the releases alone: y over every atom, n atoms, of how many that there should be. */
function cellOf(sensors: readonly string[], properties: readonly string[], from: number, to: number) {
  const atoms = WINDOWS.filter((w) => w >= from && w < to).flatMap((w) => sensors.flatMap((s) => properties.map((p) => release(s, w, p))))
  return { y: atoms.reduce((a, b) => a + b, 0), n: atoms.length, all: ((to - from) / QUARTER) * sensors.length * properties.length }
}

describe.each([
  { by: 'sensor', every: 'PT15M', property: 'direction_1' },
  { by: 'sensor', every: 'PT1H', property: 'direction_1,direction_2' },
  { by: 'zone', every: 'PT1H', property: 'direction_2' },
  { by: 'all', every: 'PT15M', property: 'direction_1,direction_2' },
  { by: 'all', every: 'P1D', property: 'direction_1' },
])('rows by $by of $every of $property', ({ by, every, property }) => {
  test('are the sums over every atom of their cell, shown only from τ(n) on', async () => {
    const rows = await rowsOf(`${aggregates}?property=${property}&by=${by}&every=${every}&${range}`)
    const zones: Record<string, string[]> = { north: ['a', 'b'], south: ['c'], null: ['d'] }
    const statuses = new Set<string>()
    for (const row of rows) {
      const sensors = row.sensor === null ? (by === 'all' ? SENSORS : zones[String(row['zone'])]!) : [row.sensor]
      const { y, n, all } = cellOf(sensors, property.split(','), Date.parse(row.from), Date.parse(row.to))
      const shown = n > 0 && y >= threshold(made.counts.disclosure!, n)
      expect(row).toMatchObject({ count: null, min: null, max: null, mean: null, last: null, reporting: null })
      expect(row['sum']).toBe(shown ? y : null)
      expect(row['status']).toBe(n === 0 ? 'no_data' : !shown ? 'suppressed' : n < all ? 'partial' : 'ok')
      expect(row['noise_sd']).toBe(n === 0 ? null : noiseSd(made.counts.disclosure!, n))
      statuses.add(String(row['status']))
    }
    if (every === 'PT15M' && by === 'sensor') expect([...statuses].sort()).toEqual(['no_data', 'ok', 'suppressed'])
  })
})

test('nothing public holds an exact count, or a suppressed release', async () => {
  const base = '/v1/streams/pedestrian-counts'
  const answers = await Promise.all(
    [
      `${base}/aggregates?property=direction_1&${range}`,
      `${base}/aggregates?property=direction_1&format=csv&${range}`,
      `${base}/aggregates?property=direction_2&by=zone&every=P7D&${range}`,
      `${base}/aggregates?property=direction_1&view=internal`,
      `${base}/latest`,
      `${base}/latest?view=internal`,
      `${base}/sensors`,
      `${base}/readings`,
      `${base}/readings?view=internal`,
      `${base}/aggregates?property=direction_1&cursor=x`,
      '/v1/accounting',
      '/v1/ledger',
      '/v1/quarantine',
      '/v1/status',
      '/v1/alerts',
      '/metrics',
      '/health/ready',
    ].map((address) => query.get(address)),
  )
  // Releases have two digits, so a longer integer would be made of exact counts.
  for (const { text, headers } of answers) {
    if (!String(headers['content-type']).startsWith('text/plain')) expect(text).not.toMatch(/(?<![\d.])\d{7,}/)
    expect(text + JSON.stringify(headers)).not.toContain(String(SECRET))
  }
  expect(answers.map((answer) => answer.status)).toEqual([
    200, 200, 200, 401, 200, 401, 200, 401, 401, 400, 401, 401, 401, 200, 200, 200, 200,
  ])
})

test('latest and sensors show the newest release, value by value', async () => {
  const newest = WINDOWS.at(-1)!
  const shown = (sensor: string) =>
    Object.fromEntries(['direction_1', 'direction_2'].map((p) => [p, release(sensor, newest, p) >= 18 ? release(sensor, newest, p) : null]))
  const rows = await rowsOf('/v1/streams/pedestrian-counts/latest')
  expect(rows.map((row) => row['values'])).toEqual(SENSORS.map(shown))
  for (const row of rows) {
    const hidden = Object.values(shown(row.sensor!)).filter((value) => value === null).length
    expect(row).toMatchObject({
      at: null,
      from: new Date(newest).toISOString().replace('.000Z', 'Z'),
      reporting: null,
      status: ['ok', 'partial', 'suppressed'][hidden],
    })
  }
  const { json } = await query.get('/v1/streams/pedestrian-counts/sensors')
  expect((json as { features: { properties: { latest: { values: unknown } } }[] }).features.map((f) => f.properties.latest.values)).toEqual(
    SENSORS.map(shown),
  )
})

test('operations see exact values of the last 24 hours by view=internal, and none that are older', async () => {
  const rows = await rowsOf(`${aggregates}?property=direction_1&every=PT1H&view=internal&${range}`, 'operations')
  const at = (sensor: string, hour: number) =>
    rows.find((row) => row.sensor === sensor && Date.parse(row.from) === START + hour * 4 * QUARTER)
  expect(at('a', 3)).toMatchObject({ count: 4, sum: 4 * SECRET, reporting: null, noise_sd: null, status: 'ok' })
  expect(at('d', 3)).toMatchObject({ count: 0, sum: 0, status: 'ok' })
  expect(at('d', 9)).toMatchObject({ count: null, sum: null, status: 'no_data' })
  const older = await rowsOf(`${aggregates}?property=direction_1&every=P7D&by=all&view=internal&${range}`, 'operations')
  expect(older[0]).toMatchObject({ sum: 72 * SECRET, status: 'partial' })
  const readings = await rowsOf(
    `/v1/streams/pedestrian-counts/readings?view=internal&from=2023-06-01T00:00:00Z&to=2023-06-07T00:00:00Z`,
    'operations',
  )
  expect(readings).toHaveLength(72)
  const latest = await rowsOf('/v1/streams/pedestrian-counts/latest?view=internal', 'operations')
  expect(latest.map((row) => (row['values'] as Record<string, number>)['direction_1'])).toEqual([SECRET, SECRET, null, null])
})

test('what lies in a gap is unknown to everybody, not zero', async () => {
  const address = `${aggregates}?property=direction_1&every=PT1H&sensor=d&from=${new Date(GAP).toISOString()}&to=${new Date(START).toISOString()}`
  expect((await rowsOf(`${address}&view=internal`, 'operations')).map((row) => row['status'])).toEqual(['no_data', 'ok'])
  expect((await rowsOf(address)).map((row) => row['status'])).toEqual(['no_data', 'no_data'])
})

test('an ETag of releases does not move with events, only with releases', async () => {
  const address = `${aggregates}?property=direction_1&from=${new Date(START).toISOString()}&to=${new Date(START + 4 * QUARTER).toISOString()}`
  const before = await query.get(address)
  await seedEvents(query.client, made.counts, [{ sensor: 'a', at: START, values: { direction_1: SECRET, direction_2: 0 } }])
  await seedWatermark(query.client, made.counts, START + 36 * QUARTER, 2_000)
  expect((await query.get(address)).headers['etag']).toBe(before.headers['etag'])
  await seedReleases(query.client, made.counts, [START + 36 * QUARTER], release)
  expect((await query.get(address)).headers['etag']).not.toBe(before.headers['etag'])
})

test('alerts on exact values are for operations; public ones show no value under the threshold', async () => {
  await seedAlerts(query.client, [
    {
      stream: 'pedestrian-counts',
      subject: 'a',
      incident: 'one',
      transition: 'firing',
      at: NOW - 10_000,
      values: { direction_1_sum: 400, direction_2_sum: 17 },
    },
    {
      stream: 'pedestrian-counts',
      subject: 'a',
      incident: 'two',
      transition: 'firing',
      at: NOW - 9_000,
      values: { direction_1_sum: SECRET },
      internal: true,
    },
  ])
  const alertsOf = async (role?: 'operations') =>
    ((await query.get('/v1/alerts?state=firing', role)).json as { alerts: Record<string, unknown>[] }).alerts
  expect(await alertsOf()).toMatchObject([{ id: uuidOf('one'), values: { direction_1_sum: 400, direction_2_sum: null } }])
  expect(await alertsOf('operations')).toMatchObject([
    { id: uuidOf('two'), internal: true, values: { direction_1_sum: SECRET } },
    { values: { direction_2_sum: 17 } },
  ])
})

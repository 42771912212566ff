import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

let made: MadeCity
let query: QueryUnderTest

beforeAll(async () => {
  made = await madeCity()
  query = await startQuery(made.city, { now: NOW })
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

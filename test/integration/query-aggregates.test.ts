import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCity, SENSORS, madeCity } from '../support/made-streams.ts'
import { type QueryUnderTest, startQuery } from '../support/query-service.ts'
import { type SeedEvent, seedEvents, seedGap, seedWatermark, seedWindows } from '../support/seed.ts'

const HOUR = 3_600_000
const ZONE = 'Australia/Melbourne'
/** Local days of 25, 23 and 24 hours. */
const DAYS = [
  { date: '2025-04-06', from: '2025-04-05T13:00:00Z', hours: 25 },
  { date: '2025-10-05', from: '2025-10-04T14:00:00Z', hours: 23 },
  { date: '2025-06-01', from: '2025-05-31T14:00:00Z', hours: 24 },
]

/** From an hour before to five hours after nothing is known of the levels. */
const GAP = Date.parse('2024-01-10T00:00:00Z')

interface Row {
  sensor: string | null
  zone: string | null
  from: string
  to: string
  [figure: string]: unknown
}

let made: MadeCity
let query: QueryUnderTest
let levels: SeedEvent[]
let counts: SeedEvent[]

/** A few events an hour, from a fixed generator; sensor a is silent from 3 to 6 hours into each day. */
function eventsOf(property: string, scale: number): SeedEvent[] {
  let state = 1
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  return DAYS.flatMap(({ from, hours }) =>
    ['a', 'b'].flatMap((sensor) =>
      Array.from({ length: hours * 5 }, () => ({
        sensor,
        at: Date.parse(from) + Math.floor(random() * hours * HOUR),
        values: { [property]: Math.floor(random() * 100) / scale },
      })).filter(({ at }) => sensor !== 'a' || at < Date.parse(from) + 3 * HOUR || at >= Date.parse(from) + 6 * HOUR),
    ),
  )
}

beforeAll(async () => {
  made = await madeCity()
  query = await startQuery(made.city, { now: Date.parse('2025-12-01T00:00:00Z') })
  levels = eventsOf('fullness', 10)
  counts = eventsOf('direction_1', 1).map((event) => ({
    ...event,
    values: { ...event.values, direction_2: event.values['direction_1']! * 2 },
  }))
  await seedEvents(query.client, made.levels, levels)
  await seedWindows(query.client, made.open, counts)
  await seedEvents(query.client, made.open, counts)
  await seedGap(query.client, made.levels, GAP - HOUR, GAP + 5 * HOUR)
  for (const stream of [made.levels, made.open]) await seedWatermark(query.client, stream, query.now)
})

afterAll(() => query.stop())

async function rowsOf(address: string, role?: 'operations'): Promise<Row[]> {
  const answer = await query.get(address, role)
  expect(answer.status).toBe(200)
  return (answer.json as { rows: Row[] }).rows
}

/** Local date, hour and offset by Intl: another implementation than the service's. */
function localOf(at: number): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    timeZoneName: 'longOffset',
  })
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${part['year']}-${part['month']}-${part['day']} ${part['hour']} ${part['timeZoneName']?.replace('GMT', '')}`
}

const round = (value: number) => Math.round(value * 1e6) / 1e6

/** The figures of events by a key, added up one by one. */
function expectedBy(
  events: readonly SeedEvent[],
  property: string,
  key: (event: SeedEvent) => string,
): Map<string, Record<string, number>> {
  return new Map(
    [...Map.groupBy(events, key)].map(([name, group]) => {
      const values = group.toSorted((x, y) => x.at - y.at).map((event) => event.values[property]!)
      const sum = values.reduce((x, y) => x + y, 0)
      return [
        name,
        {
          count: values.length,
          sum: round(sum),
          min: Math.min(...values),
          max: Math.max(...values),
          mean: round(sum / values.length),
          last: values.at(-1)!,
        },
      ]
    }),
  )
}

function figuresOf(row: Row): Record<string, number> {
  const { count, sum, min, max, mean, last } = row as unknown as Record<string, number>
  return { count: count!, sum: round(sum!), min: min!, max: max!, mean: round(mean!), last: last! }
}

describe.each(DAYS)('the local day $date of $hours hours', ({ date, from, hours }) => {
  const start = Date.parse(from)
  const range = `from=${from}&to=${new Date(start + hours * HOUR).toISOString()}`

  test('has a row for each of its hours, whose figures are those of an independent count', async () => {
    const rows = await rowsOf(`/v1/streams/levels/aggregates?property=fullness&sensor=a&every=PT1H&tz=${ZONE}&${range}`)
    const inDay = levels.filter(({ sensor, at }) => sensor === 'a' && at >= start && at < start + hours * HOUR)
    const expected = expectedBy(inDay, 'fullness', ({ at }) => localOf(at))
    expect(rows).toHaveLength(hours)
    for (const [i, row] of rows.entries()) {
      const at = start + i * HOUR
      expect([row.from, row.to].map((t) => Date.parse(t))).toEqual([at, at + HOUR])
      const local = `${String(row['local_date'])} ${String(row['local_hour']).padStart(2, '0')} ${String(row['utc_offset'])}`
      expect(local).toBe(localOf(at))
      if (expected.has(local)) expect(figuresOf(row)).toEqual(expected.get(local))
      else expect(row).toMatchObject({ count: null, sum: null, mean: null, last: null, status: 'no_data' })
    }
  })

  test('is one row of P1D, as long as it is', async () => {
    const rows = await rowsOf(
      `/v1/streams/levels/aggregates?property=fullness&every=P1D&tz=${ZONE}&from=${from}&to=${new Date(start + HOUR).toISOString()}`,
    )
    expect(rows.map((row) => row.sensor)).toEqual([...SENSORS])
    const expected = expectedBy(
      levels.filter(({ at }) => localOf(at).startsWith(date)),
      'fullness',
      ({ sensor }) => sensor,
    )
    for (const row of rows.slice(0, 2)) {
      expect(Date.parse(row.to) - Date.parse(row.from)).toBe(hours * HOUR)
      expect(figuresOf(row)).toEqual(expected.get(row.sensor!))
    }
  })
})

test('windows are merged into weeks from Monday, zones and all sensors', async () => {
  const range = 'from=2025-04-01T00:00:00Z&to=2025-04-02T00:00:00Z'
  const inWeek = levels.filter(({ at }) => at < Date.parse('2025-05-01T00:00:00Z'))
  const week = { from: '2025-03-30T13:00:00Z', to: '2025-04-06T14:00:00Z' }
  const whole = expectedBy(inWeek, 'fullness', () => 'all').get('all')!
  const byZone = await rowsOf(`/v1/streams/levels/aggregates?property=fullness&every=P7D&by=zone&${range}`)
  expect(byZone.map(({ zone, sensor, status }) => ({ zone, sensor, status }))).toEqual([
    { zone: null, sensor: null, status: 'no_data' },
    { zone: 'north', sensor: null, status: 'ok' },
    { zone: 'south', sensor: null, status: 'no_data' },
  ])
  expect(figuresOf(byZone[1]!)).toEqual({ ...whole, last: null })
  const [all] = await rowsOf(`/v1/streams/levels/aggregates?property=fullness&every=P7D&by=all&${range}`)
  expect(all).toMatchObject({ ...week, sensor: null, zone: null })
  expect(figuresOf(all!)).toEqual({ ...whole, last: null })
})

test('partials, windows where partials have expired, and both in one answer give the same rows', async () => {
  const address = '/v1/streams/open-counts/aggregates?property=direction_1&every=PT1H&from=2025-05-31T14:00:00Z&to=2025-06-01T14:00:00Z'
  const answers = []
  for (const now of ['2025-06-01T14:00:00Z', '2025-06-03T01:30:00Z', '2025-12-01T00:00:00Z']) {
    query.now = Date.parse(now)
    answers.push((await rowsOf(address)).map(({ sensor, from, count, sum }) => ({ sensor, from, count, sum })))
  }
  const expected = expectedBy(counts, 'direction_1', ({ sensor, at }) => `${sensor} ${Math.floor(at / HOUR) * HOUR}`)
  for (const row of answers[0]!) {
    if (row.count !== 0 && row.count !== null)
      expect(row).toMatchObject({ count: expected.get(`${row.sensor} ${Date.parse(row.from)}`)!['count'] })
  }
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
})

test('several counts are added up; where silence is zero, a silent step is zero', async () => {
  const rows = await rowsOf(
    '/v1/streams/open-counts/aggregates?property=direction_1,direction_2&sensor=a&every=PT1H&from=2025-05-31T14:00:00Z&to=2025-06-01T14:00:00Z',
  )
  const ofDay = counts.filter(
    ({ sensor, at }) => sensor === 'a' && at >= Date.parse('2025-05-31T14:00:00Z') && at < Date.parse('2025-06-01T14:00:00Z'),
  )
  expect(rows.reduce((sum, row) => sum + (row['sum'] as number), 0)).toBe(
    ofDay.reduce((sum, { values }) => sum + values['direction_1']! + values['direction_2']!, 0),
  )
  expect(rows.slice(3, 6)).toMatchObject([1, 2, 3].map(() => ({ count: 0, sum: 0, reporting: 1, status: 'ok' })))
})

test('a step that is not closed, a gap and a sensor that was not heard are told apart', async () => {
  query.now = GAP + 24 * HOUR
  const event = { sensor: 'b', at: GAP - 2 * HOUR, values: { fullness: 5 } }
  await seedEvents(query.client, made.levels, [event])
  const address = `/v1/streams/levels/aggregates?property=fullness&sensor=b&from=${new Date(GAP - 3 * HOUR).toISOString()}&to=${new Date(GAP + HOUR).toISOString()}`
  const rows = await rowsOf(address)
  expect(rows.map(({ count, reporting, status }) => [count, reporting, status])).toEqual([
    [null, 0, 'no_data'],
    [1, 1, 'ok'],
    [null, 1, 'no_data'],
    [null, 1, 'no_data'],
  ])
  const [both] = await rowsOf(`${address}&every=P1D`)
  expect(both).toMatchObject({ count: 1, status: 'partial' })
})

test('expected counts the sensors in service; reporting those heard within three intervals', async () => {
  const at = (day: string) => `/v1/streams/levels/aggregates?property=fullness&by=all&every=P1D&from=${day}T14:00:00Z&to=${day}T15:00:00Z`
  const days = ['2023-06-04', '2023-06-05', '2023-06-06']
  // c leaves on the 6th, d comes on the 7th, by the local calendar.
  expect((await Promise.all(days.map((day) => rowsOf(at(day))))).map(([row]) => row!['expected'])).toEqual([3, 2, 3])
})

test('pages follow each other without a gap or a repetition, and say when they end', async () => {
  const address = '/v1/streams/levels/aggregates?property=fullness&every=PT1H&from=2025-04-05T13:00:00Z&to=2025-04-06T14:00:00Z'
  const whole = await rowsOf(`${address}&limit=10000`)
  expect(whole).toHaveLength(25 * 4)
  const pages: Row[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer: unknown = (await query.get(`${address}&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`)).json
    const { rows, next } = answer as { rows: Row[]; next: string | null }
    pages.push(...rows)
    cursor = next
  }
  expect(pages).toEqual(whole)
})

test('CSV has the keys in order, CRLF, nothing for null, and streams every row', async () => {
  const address = '/v1/streams/levels/aggregates?property=fullness&every=PT1H&from=2025-04-05T13:00:00Z&to=2025-04-06T14:00:00Z'
  const whole = await rowsOf(`${address}&limit=10000`)
  const csv = await query.get(`${address}&format=csv`)
  expect((await query.get(`${address}&format=csv&limit=3`)).text).toBe(`${csv.text.split('\r\n').slice(0, 4).join('\r\n')}\r\n`)
  expect(csv.headers['content-type']).toContain('text/csv')
  const [header] = csv.text.split('\r\n')
  expect(header).toBe(Object.keys(whole[0]!).join(','))
  const records = parse<Record<string, string>>(csv.text, { columns: true, record_delimiter: '\r\n' })
  expect(records).toEqual(
    whole.map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? '' : String(value as string | number)])),
    ),
  )
})

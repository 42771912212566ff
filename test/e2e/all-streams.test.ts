import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type City, loadCity, type Property, type Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountsOf, accountsTable, unbalanced } from '../support/accounts.ts'
import { askQuery, storeRows } from '../support/ask-stack.ts'
import { copyCity } from '../support/city-folder.ts'
import { expectedCounters, expectedStates } from '../support/expected-points.ts'
import { expectedZones, type ZoneRow } from '../support/expected-zones.ts'
import {
  differences,
  type ExpectedFigures,
  type ExpectedWindow,
  expectedWindows,
  readDayKeys,
  releasesOfWindows,
  windowKey,
} from '../support/oracle.ts'
import { OCCUPANCY } from '../support/published-streams.ts'
import { CLOSED, END, shippedData as data } from '../support/data-source.ts'
import { replayAll, type Sent } from '../support/replay-all.ts'
import { useStack } from '../support/stack-hooks.ts'
import { isSame, mergedRows, type MergedRow } from '../support/window-rows.ts'

// Every stream at once, over MQTT and HTTP: what was sent is accounted for to the last reading, and every figure is what
// one pass over the files gives. Two days and a half in a minute: a second of this machine is more than an hour there.
const HOUR = 3_600_000
// It begins a day and a half before the protected stream's first window closes, for the services to start, and goes on for
// days after the last one has waited: on a clock that stands no interruption of the bridge would ever be over.
const CLOCK = `2023-06-02T20:00:00Z@4000/${new Date(END + 120 * HOUR).toISOString()}`

const STREAMS = readdirSync(fileURLToPath(new URL('../../schemas/streams', import.meta.url)))
const schemas = copyCity(mkdtempSync(path.join(os.tmpdir(), 'city-schemas-')), STREAMS)
// The same contracts, but that what comes half a minute, a day and a half there, after its time is neither late nor too old.
for (const stream of STREAMS) {
  const file = path.join(schemas, 'streams', stream, 'contract.yaml')
  const patient = readFileSync(file, 'utf8')
    .replace(/behind: P1D/, 'behind: P2D')
    .replace(/behind: P30D/, 'behind: P60D')
  writeFileSync(file, patient.replace(/lateness: \w+/, 'lateness: PT12H'))
}

const stack = useStack({ schemas, clock: CLOCK })
let city: City
let sent: Sent

const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream
const isPoint = ({ kind, aggregates }: Property) => (kind === 'counter' || kind === 'state') && aggregates.length > 0
const isFigure = (property: Property) => property.aggregates.length > 0 && !isPoint(property)

beforeAll(async () => {
  city = await loadCity(schemas)
  sent = await replayAll(stack(), city, data)
  // The hour in which CLOSED lies is over by then, too.
  await closed(END)
}, 300_000)

afterAll(() => rmSync(schemas, { recursive: true, force: true }))

/** Waits until the windows of every stream are closed up to an instant. */
async function closed(until: number): Promise<void> {
  let open: unknown[] = []
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
    const rows = await storeRows<{ stream: string; w: number | string; partitions: number | string }>(
      stack(),
      'SELECT stream, min(w) AS w, count() AS partitions FROM (SELECT stream, partition, max(toUnixTimestamp64Milli(watermark_at)) AS w FROM city.ledger FINAL GROUP BY stream, partition) GROUP BY stream',
    )
    const isClosed = ({ stream, w, partitions }: (typeof rows)[number]) =>
      Number(w) - streamOf(stream).time.latenessMs >= until && Number(partitions) === streamOf(stream).partitions
    open = city.streams.filter(({ name }) => !rows.some((row) => row.stream === name && isClosed(row))).map(({ name }) => name)
    if (open.length === 0) return
  }
  throw new Error(`windows are not closed up to ${new Date(until).toISOString()} of ${open.join(', ')}`)
}

test('what was sent is accounted for, to the last reading', async () => {
  expect(sent.outcome).toMatchObject({ complete: true, reason: null })
  const accounts = await accountsOf(stack(), city, sent.messages)
  console.table(accountsTable(accounts))
  expect(accounts.flatMap(unbalanced)).toEqual([])
  for (const { stream, stored, rejected, refused } of accounts) {
    const { readings, refused: least } = data.expectedOf(stream)
    expect([stream, stored, rejected]).toEqual([stream, new Set(readings.map((r) => JSON.stringify(r))).size, 0])
    for (const [reason, n] of Object.entries(least)) expect(refused[reason] ?? 0, `${stream} ${reason}`).toBeGreaterThanOrEqual(n)
    // Besides what the files say: the error page that was POSTed, of the streams that come by HTTP.
    expect(Object.keys(refused).filter((reason) => reason !== 'undecodable' && (least[reason] ?? 0) === 0)).toEqual([])
  }
})

describe('every figure is what one pass over the files gives', () => {
  test.each(STREAMS)('%s: the windows, one by one', async (name) => {
    const stream = streamOf(name)
    const properties = stream.properties.filter(isFigure)
    const { readings } = data.expectedOf(name)
    const want = expectedWindows(
      readings,
      properties.map((p) => p.name),
      stream.window.sizeMs,
    )
    const have = new Map<string, MergedRow>()
    if (properties.length > 0)
      for (const row of await mergedRows(stack(), stream, properties)) have.set(windowKey(row.sensor, Number(row.start)), row)
    const wrong =
      properties.length === 0
        ? []
        : [...new Set([...want.keys(), ...have.keys()])].filter((key) => !isSame(properties, want.get(key), have.get(key)))
    console.log(`${name}: ${readings.length} readings, ${want.size} windows, ${wrong.length} differences`)
    expect(wrong.slice(0, 3).map((key) => [key, want.get(key), have.get(key)])).toEqual([])
    if (stream.disclosure !== null) return
    const rows = await storeRows<{ n: number | string }>(
      stack(),
      `SELECT count() AS n FROM city.${stream.table}_windows FINAL WHERE status = 'ok' AND toUnixTimestamp(window) * 1000 < ${CLOSED}`,
    )
    const starts = new Set(readings.map((r) => windowKey(r.sensor, Math.floor(r.at / stream.window.sizeMs) * stream.window.sizeMs)))
    expect(Number(rows[0]?.n)).toBe([...starts].filter((key) => Number(key.split('|')[1]) < CLOSED).length)
  })

  test('bicycles: what totals counted up, over restarts', async () => {
    const stream = streamOf('bike-counts')
    const have = await storeRows<{ sensor: string; start: number | string; count: number; sum: number | string | null; resets: number }>(
      stack(),
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, bicycles_count AS count, bicycles_sum AS sum, bicycles_resets AS resets FROM city.bike_counts_windows FINAL WHERE status = 'ok' AND start < ${CLOSED}`,
    )
    const want = expectedCounters(data.expectedOf(stream.name).readings, 'bicycles', stream.window.sizeMs)
    const found = have.map(
      (r) =>
        [windowKey(r.sensor, Number(r.start)), { count: r.count, sum: r.sum === null ? null : Number(r.sum), resets: r.resets }] as const,
    )
    expect(differences(want, new Map(found))).toEqual([])
  })

  test('bays: how long they were free and occupied, and how often somebody came', async () => {
    const stream = streamOf('parking-bays')
    const have = await storeRows<{
      sensor: string
      start: number | string
      count: number
      duration: Record<string, string>
      arrivals: Record<string, number>
    }>(
      stack(),
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, occupancy_count AS count, occupancy_duration AS duration, occupancy_arrivals AS arrivals FROM city.parking_bays_windows FINAL WHERE status = 'ok' AND start < ${CLOSED}`,
    )
    const want = expectedStates(data.expectedOf(stream.name).readings, 'occupancy', stream.window.sizeMs, OCCUPANCY)
    const line = (count: number, duration: Readonly<Record<string, string | number>>, arrivals: Readonly<Record<string, number>>) =>
      [count, ...OCCUPANCY.flatMap((label) => [Number(duration[label] ?? 0), arrivals[label] ?? 0])].join(' ')
    const lines = new Map([...want].map(([key, w]) => [key, line(w.count, w.duration, w.arrivals)]))
    expect(
      differences(lines, new Map(have.map((r) => [windowKey(r.sensor, Number(r.start)), line(r.count, r.duration, r.arrivals)]))).slice(
        0,
        5,
      ),
    ).toEqual([])
  })

  test('… of which the public sees zones of ten bays, and of single ones nothing that is older than a day', async () => {
    const { sensors } = streamOf('parking-bays')
    const { readings } = data.expectedOf('parking-bays')
    const [from, to] = [Date.parse('2023-06-04T00:00:00Z'), Date.parse('2023-06-04T08:00:00Z')]
    const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&every=PT1H&tz=UTC`
    const address = `/v1/streams/parking-bays/aggregates?property=occupancy&${range}&limit=10000`
    await expect(askQuery(stack(), `${address}&by=sensor`)).rejects.toThrow(/400/)
    const { rows } = await askQuery<{ rows: ZoneRow[] }>(stack(), `${address}&by=zone`, undefined, 30_000)
    const have = new Map(
      rows.map((row) => [`${row.zone} ${Date.parse(row.from)}`, row.status === 'suppressed' ? null : (row.arrivals?.['occupied'] ?? 0)]),
    )
    const want = expectedZones(readings, sensors, { from, to, least: 10 })
    expect(differences(want, have).slice(0, 5)).toEqual([])
    expect([...want.values()].filter((n) => n !== null && n > 0).length).toBeGreaterThan(20)
    // The last snapshot is more than a day ago by now: no bay is believed any more, least of all those that were free.
    const latest = await askQuery<{ rows: { at: string | null; values: { occupancy: string | null } }[] }>(
      stack(),
      '/v1/streams/parking-bays/latest',
      undefined,
      30_000,
    )
    expect(latest.rows.map(({ values }) => values.occupancy).filter((state) => state !== null)).toEqual([])
    expect(latest.rows.map(({ at }) => Date.parse(at ?? '1970-01-01T00:00:00Z') % 300_000).filter((rest) => rest !== 0)).toEqual([])
  })

  test('the releases of the protected stream are its windows plus their noise', async () => {
    const stream = streamOf('pedestrian-counts')
    const policy = stream.disclosure as NonNullable<Stream['disclosure']>
    const from = Date.parse('2023-06-04T23:00:00+10:00')
    const [sizeMs, properties] = [stream.window.sizeMs, stream.properties.map((p) => p.name)]
    const released = {
      stream: stream.name,
      sensors: stream.sensors.map((s) => s.id),
      properties,
      sizeMs,
      policy: policy.policy,
      epsilon: policy.epsilon,
    }
    const windows = expectedWindows(data.expectedOf(stream.name).readings, properties, sizeMs)
    const want = releasesOfWindows(released, windows, readDayKeys(stack().dir, stream.name), from, CLOSED)
    const have = await storeRows<{ sensor: string; start: number | string; d1: number | string; d2: number | string }>(
      stack(),
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, direction_1_sum AS d1, direction_2_sum AS d2 FROM city.pedestrian_counts_windows FINAL WHERE start >= ${from} AND start < ${CLOSED}`,
    )
    const found = have.flatMap((r) => [r.d1, r.d2].map((y, i) => [`${r.sensor}|${r.start}|direction_${i + 1}`, Number(y)] as const))
    expect(differences(want, new Map(found)).slice(0, 5)).toEqual([])
  })

  test('… and so is what the API answers: most of a day of every property, hour by hour', async () => {
    const range = `from=${new Date(END - 23.5 * HOUR).toISOString()}&to=${new Date(END - 1.5 * HOUR).toISOString()}`
    for (const stream of city.streams.filter((s) => s.disclosure === null)) {
      const figures = stream.properties.filter(isFigure)
      const windows = expectedWindows(
        data.expectedOf(stream.name).readings,
        figures.map((p) => p.name),
        HOUR,
      )
      const hours = Map.groupBy(windows.values(), (w) => w.start)
      for (const property of figures) {
        const address = `/v1/streams/${stream.name}/aggregates?property=${property.name}&every=PT1H&tz=UTC&by=all&${range}&view=internal`
        const { rows } = await askQuery<{ rows: { from: string; count: number | null; min: number | null; max: number | null }[] }>(
          stack(),
          address,
          'operations',
        )
        const want = rows.map(({ from }) => figuresOf(hours.get(Date.parse(from)) ?? [], property))
        expect([stream.name, property.name, rows.map((row) => row.count ?? 0)]).toEqual([
          stream.name,
          property.name,
          want.map((w) => w.count),
        ])
        if (property.aggregates.includes('min')) expect(rows.map((row) => row.min)).toEqual(want.map((w) => w.min))
        if (property.aggregates.includes('max')) expect(rows.map((row) => row.max)).toEqual(want.map((w) => w.max))
      }
    }
  }, 60_000)
})

/** What the windows of one hour say of a property together, in declared units. */
function figuresOf(
  windows: readonly ExpectedWindow[],
  { name, resolution }: Property,
): { count: number; min: number | null; max: number | null } {
  const some = windows.map((w) => w.figures[name] as ExpectedFigures).filter((f) => f.count > 0)
  const units = (value: number) => Number((value * Number(resolution)).toFixed(6))
  if (some.length === 0) return { count: 0, min: null, max: null }
  const [min, max] = [Math.min(...some.map((f) => f.min as number)), Math.max(...some.map((f) => f.max as number))]
  return { count: some.reduce((sum, f) => sum + f.count, 0), min: units(min), max: units(max) }
}

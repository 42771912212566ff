import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type City, loadCity, type Property, type Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountsOf, accountsTable, unbalanced } from '../support/accounts.ts'
import { allClosed } from '../support/all-closed.ts'
import { arrivedReadings } from '../support/arrived.ts'
import { answerDifferences } from '../support/answered.ts'
import { askQuery, storeRows } from '../support/ask-stack.ts'
import { copyCity } from '../support/city-folder.ts'
import { CLOSED, END, HOUR, shippedData } from '../support/data-source.ts'
import { expectedZones, type ZoneRow } from '../support/expected-zones.ts'
import { importDifferences } from '../support/imported-hours.ts'
import { differences, expectedWindows, type Reading, readDayKeys, releasesOfWindows, windowKey } from '../support/oracle.ts'
import { pointDifferences } from '../support/point-rows.ts'
import { replayAll, type Sent } from '../support/replay-all.ts'
import { useStack } from '../support/stack-hooks.ts'
import { wholeData } from '../support/whole-data.ts'
import { closedRows, isSame, mergedRows } from '../support/window-rows.ts'

// Every stream at once, over MQTT and HTTP: what was sent is accounted for to the last reading, and every figure is what
// one pass over the files gives. With CITY_DATA (`make replay-data`) the whole files of a folder, else the shipped slices.
const folder = process.env['CITY_DATA'] ?? ''
const data = folder === '' ? shippedData : wholeData(folder, shippedData)
console.log(data.notes.join('\n'))

// It goes on for days after the last window has waited: on a clock that stands no interruption of the bridge would ever be over.
const CLOCK = `${new Date(data.clock.start).toISOString()}@${data.clock.speed}/${new Date(END + 240 * HOUR).toISOString()}`

const SHIPPED = readdirSync(fileURLToPath(new URL('../../schemas/streams', import.meta.url)))
const schemas = copyCity(mkdtempSync(path.join(os.tmpdir(), 'city-schemas-')), SHIPPED)
data.prepare(schemas)
const STREAMS = readdirSync(path.join(schemas, 'streams'))
for (const stream of STREAMS) {
  const file = path.join(schemas, 'streams', stream, 'contract.yaml')
  writeFileSync(file, data.patient(readFileSync(file, 'utf8'), stream))
}

const stack = useStack({ schemas, clock: CLOCK })
let city: City
let sent: Sent
/** By stream, what must be stored. */
const expected = new Map<string, readonly Reading[]>()
const readingsOf = (stream: Stream) => expected.get(stream.name) ?? []

const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream
const isPoint = ({ kind, aggregates }: Property) => (kind === 'counter' || kind === 'state') && aggregates.length > 0
const isFigure = (property: Property) => property.aggregates.length > 0 && !isPoint(property)

beforeAll(async () => {
  city = await loadCity(schemas)
  sent = await replayAll(stack(), city, data)
  // The hour in which CLOSED lies is over by then, too.
  await allClosed(stack(), city, END)
  for (const stream of city.streams) expected.set(stream.name, await arrivedReadings(stack(), stream, data.expectedOf(stream)))
}, 900_000)

afterAll(() => rmSync(schemas, { recursive: true, force: true }))

test('what was sent is accounted for, to the last reading', async () => {
  expect(sent.outcome).toMatchObject({ complete: true, reason: null })
  const accounts = await accountsOf(stack(), city, sent.messages)
  console.table(accountsTable(accounts))
  expect(accounts.flatMap(unbalanced)).toEqual([])
  for (const { stream, stored, rejected, clamped, refused } of accounts) {
    const { refused: least, ahead = [] } = data.expectedOf(streamOf(stream))
    const different = new Set(readingsOf(streamOf(stream)).map((r) => JSON.stringify(r))).size
    expect([stream, stored, rejected, clamped]).toEqual([stream, different, 0, ahead.length])
    for (const [reason, n] of Object.entries(least)) expect(refused[reason] ?? 0, `${stream} ${reason}`).toBeGreaterThanOrEqual(n)
    // Besides what the files say: the error page that was POSTed, of the streams that come by HTTP.
    expect(Object.keys(refused).filter((reason) => reason !== 'undecodable' && (least[reason] ?? 0) === 0)).toEqual([])
  }
})

describe('every figure is what one pass over the files gives', () => {
  test.each(STREAMS)('%s: the windows, one by one', async (name) => {
    const stream = streamOf(name)
    const properties = stream.properties.filter(isFigure)
    const readings = readingsOf(stream)
    const want = expectedWindows(
      readings,
      stream.properties.map((p) => p.name),
      stream.window.sizeMs,
    )
    // What is merged from partials, and what was published; of the protected stream releases are looked at below.
    const merged = properties.length === 0 ? [] : [await mergedRows(stack(), stream, properties)]
    const both = stream.disclosure === null ? [...merged, await closedRows(stack(), stream, properties)] : merged
    for (const rows of both) {
      const have = new Map(rows.map((row) => [windowKey(row.sensor, Number(row.start)), row]))
      const wrong = [...new Set([...want.keys(), ...have.keys()])].filter((key) => !isSame(properties, want.get(key), have.get(key)))
      console.log(`${name}: ${readings.length} readings, ${want.size} windows, ${wrong.length} differences`)
      expect(wrong.slice(0, 3).map((key) => [key, want.get(key), have.get(key)])).toEqual([])
    }
  })

  test('what counters counted up, over restarts, and how long states lasted and how often they were entered', async () => {
    for (const stream of city.streams)
      for (const property of stream.properties.filter(isPoint))
        expect((await pointDifferences(stack(), stream, property, readingsOf(stream))).slice(0, 5)).toEqual([])
  })

  test('… of which the public sees zones of ten bays, and of single ones nothing that is older than a day', async () => {
    const { sensors } = streamOf('parking-bays')
    const readings = readingsOf(streamOf('parking-bays'))
    const last = readings.reduce((latest, { at }) => Math.max(latest, at), 0)
    const to = last - (last % HOUR) + HOUR
    const from = to - 8 * HOUR
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
    const readings = readingsOf(stream)
    const first = readings.reduce((earliest, { at }) => Math.min(earliest, at), END)
    const from = first - (first % HOUR)
    const [sizeMs, properties] = [stream.window.sizeMs, stream.properties.map((p) => p.name)]
    const released = {
      stream: stream.name,
      sensors: stream.sensors.map((s) => s.id),
      properties,
      sizeMs,
      policy: policy.policy,
      epsilon: policy.epsilon,
    }
    const windows = expectedWindows(readings, properties, sizeMs)
    const want = releasesOfWindows(released, windows, readDayKeys(stack().dir, stream.name), from, CLOSED)
    const have = await storeRows<{ sensor: string; start: number | string; d1: number | string; d2: number | string }>(
      stack(),
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, direction_1_sum AS d1, direction_2_sum AS d2 FROM city.pedestrian_counts_windows FINAL WHERE start >= ${from} AND start < ${CLOSED}`,
    )
    const found = have.flatMap((r) => [r.d1, r.d2].map((y, i) => [`${r.sensor}|${r.start}|direction_${i + 1}`, Number(y)] as const))
    expect(differences(want, new Map(found)).slice(0, 5)).toEqual([])
  })

  test('… and so is what the API answers, hour by hour, of every property', async () => {
    for (const stream of city.streams.filter((s) => s.disclosure === null)) {
      const readings = readingsOf(stream)
      for (const property of readings.length === 0 ? [] : stream.properties.filter((p) => p.aggregates.length > 0)) {
        const { steps, wrong } = await answerDifferences(stack(), stream, property, readings)
        expect(wrong.slice(0, 3)).toEqual([])
        expect(steps).toBeGreaterThan(0)
      }
    }
  }, 120_000)
})

const history = data.history.texts.length === 0 ? [] : ['hourly counts of years']
test.each(history)('%s, imported: every hour of every place', async () => {
  expect(await importDifferences(stack(), city, data.history)).toEqual([])
})

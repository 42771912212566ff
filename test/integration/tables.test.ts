import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { observeStore } from '@commonstream/apply/observe/observe-store.ts'
import { planSensors } from '@commonstream/apply/plan/plan-sensors.ts'
import { planTables } from '@commonstream/apply/plan/plan-tables.ts'
import { type Hands, runStep } from '@commonstream/apply/run/run-step.ts'
import { type ClickHouse, startClickHouse } from '@commonstream/embedded'
import { type City, loadCity, tablesOf, viewsOf } from '@commonstream/schemas'
import { tempCity } from '@commonstream/schemas/support/temp-city.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'

const BATTERY =
  '{ "name": "battery", "kind": "gauge", "unit": "V", "resolution": "0.01", "doc": "x", "observedProperty": "urn:x:v", "type": ["null", "double"] }, '

const LID =
  '{ "name": "lid", "kind": "state", "unit": "1", "doc": "x", "observedProperty": "urn:x:l", "type": ["null", "string"], "pattern": "open|shut" }, '
const PRESSED =
  '{ "name": "pressed", "kind": "counter", "unit": "kg", "resolution": "0.5", "doc": "x", "observedProperty": "urn:x:p", "type": ["null", "double"] }, '

let dir: string
let store: ClickHouse
let client: ClickHouseClient
let city: City

/** The shipped city, whose bins tell their battery, their lid and what they have pressed, too. */
async function cityWithBattery(): Promise<City> {
  const schemas = tempCity()
  schemas.edit('streams/bin-levels/event.avsc', '"fields": [', `"fields": [ ${BATTERY}${LID}${PRESSED}`)
  schemas.edit(
    'streams/bin-levels/contract.yaml',
    'properties: {',
    'properties: { battery: [mean, last], lid: [duration, arrivals, last], pressed: [sum],',
  )
  try {
    return await loadCity(schemas.dir)
  } finally {
    schemas.end()
  }
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-tables-'))
  store = await startClickHouse({ dir, port: await freePort() })
  client = createClient({ url: store.url, clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } })
  city = await cityWithBattery()
  // No expiry: the rows are of years gone by.
  const statements = ['CREATE DATABASE city', ...tablesOf(city, { ttl: false }).map((t) => t.ddl), ...viewsOf(city).map((v) => v.ddl)]
  for (const query of statements) await client.command({ query })
})

afterAll(async () => {
  await client.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

const rowsOf = async <T>(query: string) => (await client.query({ query, format: 'JSONEachRow' })).json<T>()
const insert = async (table: string, ...values: object[]) => client.insert({ table: `city.${table}`, values, format: 'JSONEachRow' })

test('a row that is written again replaces itself, and the same block may come again', async () => {
  const row = (version: number) => ({
    sensor: 'bin-01',
    window: '2026-01-01 00:00:00',
    size: 3600,
    partition: 0,
    chunk: 0,
    version,
    count: version,
    late: 0,
    clamped: 0,
  })
  await client.command({ query: 'SYSTEM STOP MERGES city.bin_levels_partials' })
  for (const version of [1, 2, 2, 1]) await insert('bin_levels_partials', row(version))
  expect(await rowsOf('SELECT version FROM city.bin_levels_partials ORDER BY version')).toEqual([
    { version: 1 },
    { version: 1 },
    { version: 2 },
    { version: 2 },
  ])
  expect(await rowsOf('SELECT count, version FROM city.bin_levels_partials FINAL')).toEqual([{ count: 2, version: 2 }])
})

test('a table that gains a column between two tries of an insert has the rows once', async () => {
  const row = {
    sensor: 'bin-09',
    window: '2026-01-02 00:00:00',
    size: 3600,
    partition: 0,
    chunk: 0,
    version: 7,
    count: 3,
    late: 0,
    clamped: 0,
  }
  await insert('bin_levels_partials', row)
  await client.command({ query: 'ALTER TABLE city.bin_levels_partials ADD COLUMN between_tries UInt32' })
  await insert('bin_levels_partials', row)
  expect(await rowsOf("SELECT count, version, between_tries FROM city.bin_levels_partials FINAL WHERE sensor = 'bin-09'")).toEqual([
    { count: 3, version: 7, between_tries: 0 },
  ])
})

const WINDOW = { window: '2026-01-01 00:00:00', status: 'ok', origin: 'closed', bridges: 1 }

test('the view of a stream shows the newest revision in declared units', async () => {
  const battery = { battery_count: 2, battery_sum: 725, battery_last: 361, battery_last_at: '2026-01-01 00:30:00.000' }
  const fullness = {
    fullness_count: 2,
    fullness_sum: 6,
    fullness_min: 2,
    fullness_max: 4,
    fullness_last: 4,
    fullness_last_at: '2026-01-01 00:30:00.000',
  }
  const row = { ...WINDOW, size: 3600, sensor: 'bin-01', rev: 5, policy: 0, noise_sd: 0, count: 2, ...battery, ...fullness }
  await insert('bin_levels_windows', { ...row, rev: 4, fullness_max: 9 }, row)
  expect(
    await rowsOf('SELECT sensor, count, battery_mean, battery_last, fullness_max, fullness_mean, fullness_last FROM city.bin_levels'),
  ).toEqual([{ sensor: 'bin-01', count: 2, battery_mean: 3.625, battery_last: 3.61, fullness_max: 4, fullness_mean: 3, fullness_last: 4 }])
})

test('the view of a protected stream shows what the public may see', async () => {
  const release = (sensor: string, policy: number, sum: number) => ({
    ...WINDOW,
    size: 900,
    sensor,
    rev: 0,
    policy,
    noise_sd: 2.8,
    count: null,
    direction_1_sum: sum,
    direction_2_sum: sum,
  })
  // 18 is the threshold of ε 1/2, group 10, β 1 % for one atom (protocol section 8.6).
  await insert('pedestrian_counts_windows', release('1', 1, 18), release('2', 1, 17), release('3', 2, 500))
  expect(await rowsOf('SELECT sensor, direction_1_sum AS y FROM city.pedestrian_counts ORDER BY sensor')).toEqual([
    { sensor: '1', y: 18 },
    { sensor: '2', y: null },
    { sensor: '3', y: null },
  ])
})

test('a register without dates is sorted by them too: what it said holds from the beginning', async () => {
  await client.command({ query: 'DROP TABLE city.sensors' })
  await client.command({
    query: `CREATE TABLE city.sensors (stream LowCardinality(String), sensor LowCardinality(String), name String, zone Nullable(String),
  gateway Nullable(String), lon Nullable(Float64), lat Nullable(Float64), place LowCardinality(String), every UInt32,
  installed Nullable(String), removed Nullable(String), version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY (stream, sensor)`,
  })
  await insert('sensors', { stream: 'bin-levels', sensor: 'bin-01', name: 'Old place', place: 'none', every: 1, version: 4 })
  const hands = { store: client } as Hands
  const { steps, refusals } = planTables(city, { ...(await observeStore(client)), documents: new Map() }, { ttl: false })
  // The views of this file were made without the mark of what they were made from.
  expect([steps.map((s) => s.do).filter((what) => what !== 'set view'), refusals]).toEqual([['sort by more', 'add columns'], []])
  for (const step of steps) await runStep(step, hands)
  expect(planTables(city, { ...(await observeStore(client)), documents: new Map() }, { ttl: false }).steps).toEqual([])
  const bins = city.streams.find((s) => s.name === 'bin-levels')!
  for (const step of planSensors(bins, (await observeStore(client)).sensors, '2026-11-25')) await runStep(step, hands)
  expect(planSensors(bins, (await observeStore(client)).sensors, '2026-11-26')).toEqual([])
  expect(await rowsOf("SELECT toString(valid_from) AS day, name FROM city.sensors FINAL WHERE sensor = 'bin-01' ORDER BY day")).toEqual([
    { day: '1970-01-01', name: 'Old place' },
    { day: '2026-11-25', name: 'Aldi G Point Cook' },
  ])
})

test('the view of a counter and a state is in units and seconds', async () => {
  const told = {
    lid_count: 1,
    lid_duration: { open: 1_500 },
    lid_arrivals: { open: 1 },
    lid_last: 'open',
    pressed_count: 2,
    pressed_sum: 5,
    pressed_resets: 1,
  }
  await insert('bin_levels_windows', { window: '2026-02-01 00:00:00', size: 3600, sensor: 'bin-09', rev: 1, count: 2, ...told })
  const [row] = await rowsOf<Record<string, unknown>>("SELECT * FROM city.bin_levels WHERE sensor = 'bin-09'")
  expect(row).toMatchObject({ ...told, lid_duration: { open: 1.5 }, pressed_sum: 2.5 })
})

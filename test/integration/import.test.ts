import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { importFile, type ImportOptions } from '@commonstream/import'
import { type City, loadCity, topicCodec, windowsTopic } from '@commonstream/schemas'
import { createKafka, createLog, readRecords } from '@commonstream/runtime'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useStack } from '../support/stack-hooks.ts'

const NOW = Date.parse('2023-06-05T00:00:00Z')
const stack = useStack({ services: ['apply', 'query'], clock: '2023-06-05T00:00:00Z@1' })
const folder = mkdtempSync(path.join(os.tmpdir(), 'city-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MAPPING = 'time: { at: timestamp }\nsensor: serialNumber\nfields: { fullness: latestFullness }\n'
const SMALL = [
  'timestamp,latestFullness,serialNumber',
  '2022-08-13 10:05,4,bin-01',
  '2022-08-13 10:40,8,bin-01',
  '2022-08-13 10:40,8,bin-01',
  '2022-08-14 10:00,6,bin-01',
  '2022-04-03 02:30,6,bin-01',
  '2022-10-02 02:30,6,bin-01',
  '2022-08-13 10:05,2,bin-02',
  '2022-08-13 10:05,2,nobody',
  '2023-06-01 10:05,2,bin-02',
].join('\n')

let city: City
const write = (name: string, text: string) => {
  writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}
beforeAll(async () => {
  city = await loadCity(stack().env()['CITY_SCHEMAS'] as string)
})

function run(file: string, mapping: string, over: Partial<ImportOptions> = {}) {
  const kafka = createKafka(stack().brokers, 'import-test', createLog('test', 'silent'))
  const said: string[] = []
  const o = {
    city,
    stream: 'bin-levels',
    file,
    mapping,
    dataDir: folder,
    kafka,
    store: stack().store,
    now: NOW,
    dryRun: false,
    again: false,
  }
  return importFile({ ...o, say: (line) => void said.push(line), ...over }).then((outcome) => ({ ...outcome, said }))
}

interface WindowRow {
  readonly sensor: string
  readonly window: number
  readonly origin: string
  readonly count: number
  readonly min: number | null
  readonly max: number | null
  readonly sum: number | null
  readonly last: number | null
  readonly last_at: string | null
}

async function rows(where = 'true'): Promise<WindowRow[]> {
  const query = `SELECT sensor, toUnixTimestamp(window) AS window, origin, count, fullness_min AS min, fullness_max AS max, fullness_sum AS sum,
    fullness_last AS last, toString(fullness_last_at) AS last_at FROM city.bin_levels_windows FINAL WHERE ${where} ORDER BY window, sensor`
  return (await stack().store.query({ query, format: 'JSONEachRow' })).json<WindowRow>()
}

async function records(): Promise<Map<string, Record<string, unknown>>> {
  const kafka = createKafka(stack().brokers, 'import-read', createLog('test', 'silent'))
  const admin = kafka.admin()
  await admin.connect()
  try {
    const codec = topicCodec(city, 'windows')
    const read = await readRecords({ kafka, admin, topic: windowsTopic('bin-levels'), group: `read-${Math.random()}` })
    return new Map(read.map(({ message }) => [String(message.key), codec.decode(message.value as Buffer)]))
  } finally {
    await admin.disconnect()
  }
}

test('a file becomes closed windows that are marked; what cannot be honest is left out and counted; again is the same', async () => {
  const file = write('small.csv', SMALL)
  const mapping = write('small.yaml', MAPPING)
  const own = Date.parse('2022-08-14T00:00:00Z') / 1_000
  await stack().store.command({
    query: `INSERT INTO city.bin_levels_windows (window, size, sensor, rev, status, origin, count, fullness_count, fullness_max) VALUES (${own}, 3600, 'bin-01', 9, 'ok', 'closed', 1, 1, 2)`,
  })
  const dry = await run(file, mapping, { dryRun: true })
  expect([dry.windows, (await rows("origin = 'imported'")).length]).toEqual([2, 0])
  const outcome = await run(file, mapping)
  expect(outcome).toMatchObject({ rows: 9, readings: 5, windows: 2, before: 0 })
  expect(Object.fromEntries([...outcome.leftOut, ...outcome.passed])).toEqual({
    ambiguous: 1,
    missing: 1,
    unregistered: 1,
    recent: 1,
    twice: 1,
    own: 1,
  })
  const ten = Date.parse('2022-08-13T00:00:00Z') / 1_000
  const wanted = [
    { sensor: 'bin-01', window: ten, origin: 'imported', count: 2, min: 4, max: 8, sum: 12, last: 8, last_at: '2022-08-13 00:40:00.000' },
    { sensor: 'bin-02', window: ten, origin: 'imported', count: 1, min: 2, max: 2, sum: 2, last: 2, last_at: '2022-08-13 00:05:00.000' },
  ]
  expect(await rows("origin = 'imported'")).toEqual(wanted)
  expect(await rows("origin = 'closed'")).toMatchObject([{ window: own, max: 2 }])
  expect(
    [...(await records())].map(([key, r]) => [
      key,
      r['id'],
      r['origin'],
      r['rev'],
      r['count'],
      (r['values'] as Record<string, unknown>)['fullness_sum'],
    ]),
  ).toEqual([
    [`bin-01|${ten * 1_000}|3600000`, `bin-01|${ten * 1_000}|3600000|0`, 'imported', 0, 2, 12],
    [`bin-02|${ten * 1_000}|3600000`, `bin-02|${ten * 1_000}|3600000|0`, 'imported', 0, 1, 2],
  ])
  expect(await run(file, mapping)).toMatchObject({ windows: 0, before: 1 })
  expect(await run(file, mapping, { again: true })).toMatchObject({ windows: 2, before: 0 })
  expect(await rows("origin = 'imported'")).toEqual(wanted)
})

test('a question about one sensor shows what was imported, also where its partials would still stand', async () => {
  const ask = `${stack().url('query')}/v1/streams/bin-levels/aggregates?property=fullness&sensor=bin-01&from=2022-08-12T22:00:00Z&to=2022-08-13T02:00:00Z&every=PT1H`
  const { rows: answer } = (await (await fetch(ask)).json()) as { rows: Record<string, unknown>[] }
  expect(answer.map((row) => [row['count'], row['min'], row['max'], row['mean'], row['last']])).toEqual([
    [null, null, null, null, null],
    [null, null, null, null, null],
    [2, 4, 8, 6, 8],
    [null, null, null, null, null],
  ])
})

test('a protected stream, one that is not there and one that is not approved take nothing in, and it is said why', async () => {
  const file = write('refused.csv', SMALL)
  const mapping = write('refused.yaml', MAPPING)
  const refused = (over: Partial<ImportOptions>, message: RegExp) =>
    expect(run(file, mapping, over)).rejects.toMatchObject({ code: 'IMPORT_REFUSED', message: expect.stringMatching(message) as string })
  await refused({ stream: 'pedestrian-counts' }, /is protected/)
  await refused({ stream: 'nowhere' }, /no stream "nowhere"/)
  await refused({ now: Date.parse('2099-01-01T00:00:00Z') }, /privacy assessment/)
})

test('an import that was cut off goes on where it was', async () => {
  const file = write('long.csv', 'timestamp,latestFullness,serialNumber\n2014-01-01 10:05,4,bin-03\n2022-08-20 10:05,6,bin-03\n')
  const mapping = write('long.yaml', MAPPING)
  const cut = run(file, mapping, {
    say: () => {
      throw new Error('cut off')
    },
  })
  await expect(cut).rejects.toThrow('cut off')
  expect(await rows("sensor = 'bin-03'")).toMatchObject([{ max: 4 }])
  expect(await run(file, mapping)).toMatchObject({ windows: 1, before: 1 })
  expect(await rows("sensor = 'bin-03'")).toMatchObject([{ max: 4 }, { max: 6 }])
})

test('the command says what it would write, and what it does not', async () => {
  const main = path.join(import.meta.dirname, '..', '..', 'infra', 'import', 'src', 'main.ts')
  const args = (stream: string) => [
    main,
    '--stream',
    stream,
    '--file',
    path.join(folder, 'small.csv'),
    '--mapping',
    path.join(folder, 'small.yaml'),
    '--dry-run',
  ]
  const env = { PATH: process.env['PATH'], ...stack().env() }
  const { stdout } = await promisify(execFile)(process.execPath, args('bin-levels'), { env })
  expect(stdout).toMatch(/9 rows, 5 usable values/)
  expect(stdout).toMatch(/1 left out: of a local hour that the clock showed twice/)
  expect(stdout).toMatch(/"nobody": 1\n/)
  expect(stdout).toMatch(/Nothing was written\.\n$/)
  await expect(promisify(execFile)(process.execPath, args('pedestrian-counts'), { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Nothing was imported: pedestrian-counts is protected/) as string,
  })
})

const WYNDHAM = new URL('../../../shared/data/wyndham-smart-bins/wyndham-2018-06-26_2019-12-31.csv', import.meta.url)

test.runIf(existsSync(WYNDHAM))("Wyndham's years of bins: every window as a recomputation of its own has it", async () => {
  const published = parse<{ timestamp: string; latestFullness: string; serialNumber: string }>(readFileSync(WYNDHAM), {
    columns: true,
    bom: true,
  })
  const serials = [...new Set(published.map((r) => r.serialNumber))].sort()
  const ids = city.streams.find((s) => s.name === 'bin-levels')?.sensors.map((s) => s.id) as string[]
  const table = new Map(serials.slice(0, ids.length).map((serial, i) => [serial, ids[i] as string]))
  const mapping = write('wyndham.yaml', `${MAPPING}sensors: ${JSON.stringify(Object.fromEntries(table))}\n`)
  const outcome = await run(WYNDHAM.pathname, mapping)
  const wanted = new Map<string, number[]>()
  for (const distinct of new Set(published.map((r) => `${r.timestamp}|${table.get(r.serialNumber) ?? ''}|${r.latestFullness}`))) {
    const [day, sensor, fullness] = distinct.split('|') as [string, string, string]
    if (sensor === '') continue
    const [y, m, d] = day.split('-').map(Number) as [number, number, number]
    // Summer time in Melbourne: from the first Sunday of October to the first Sunday of April, the days themselves begin before it changes.
    const firstSunday = (month: number) => 1 + ((7 - new Date(Date.UTC(y, month - 1, 1)).getUTCDay()) % 7)
    const summer = m > 10 || m < 4 || (m === 10 && d > firstSunday(10)) || (m === 4 && d <= firstSunday(4))
    const start = Date.UTC(y, m - 1, d) - (summer ? 11 : 10) * 3_600_000
    const key = `${sensor}|${start / 1_000}`
    wanted.set(key, [...(wanted.get(key) ?? []), Number(fullness)])
  }
  const have = (await rows("origin = 'imported' AND window BETWEEN 1500000000 AND 1600000000")).map((r) => [
    `${r.sensor}|${r.window}`,
    r.count,
    r.min,
    r.max,
    r.sum,
  ])
  const all = [...wanted].map(([key, v]) => [key, v.length, Math.min(...v), Math.max(...v), v.reduce((a, b) => a + b, 0)])
  expect(have.length).toBeGreaterThan(1_000)
  const lines = (of: unknown[]) => new Set(of.map((one) => JSON.stringify(one)))
  expect(lines(have)).toEqual(lines(all))
  expect(outcome.windows).toBe(all.length)
})

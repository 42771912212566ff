import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { type ClickHouseClient, type ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type ClickHouse, startClickHouse } from '@commonstream/embedded'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'

// A password of our own proves that the facade looks at it.
const USER = 'city'
const PASSWORD = 'pass:word'
const MAX_BODY = 16 * 2 ** 20
const HARD_TEXTS = ['', '\n\nDROP TABLE city.texts;\n\n', 'a\'b\\c\t"d"`', 'Zürich ☂ 東京', 'line\n\nSELECT 1', '\\N', '{x:String}', '; --']

let dir: string
let port: number
let store: ClickHouse
let client: ClickHouseClient

const start = () => startClickHouse({ dir, port, user: USER, password: PASSWORD, env: { STORE_MAX_BODY: String(MAX_BODY) } })
// Failures are what some tests are about: the client need not print them.
const log = { level: ClickHouseLogLevel.OFF }
const connect = (extra: object = {}) => createClient({ url: store.url, username: USER, password: PASSWORD, log, ...extra })
const rowsOf = async <T>(query: string, extra: object = {}) => (await client.query({ query, format: 'JSONEachRow', ...extra })).json<T>()
const valueOf = async (query: string) => (await rowsOf<{ x: unknown }>(query))[0]?.x

function send(query: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'x-clickhouse-user': USER, 'x-clickhouse-key': PASSWORD, ...(init.headers as Record<string, string>) }
  return fetch(`${store.url}/?query=${encodeURIComponent(query)}`, { method: 'POST', ...init, headers })
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-clickhouse-'))
  port = await freePort()
  store = await start()
  client = connect()
  await client.command({ query: 'CREATE DATABASE city' })
  await client.command({ query: 'CREATE TABLE city.texts (n UInt64, t String) ENGINE = ReplacingMergeTree ORDER BY n' })
})

afterAll(async () => {
  await client.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe('what a client sends and gets back', () => {
  test('any text survives insert, parameter and select, in every way in', async () => {
    const values = HARD_TEXTS.map((t, n) => ({ n, t }))
    await client.insert({ table: 'city.texts', values, format: 'JSONEachRow' })
    await client.insert({ table: 'city.texts', values: values.map((v) => [v.n + 100, v.t]), format: 'JSONCompactEachRow' })
    const csv = HARD_TEXTS.map((t, n) => `${n + 200},"${t.replaceAll('"', '""')}"\n`)
    await client.insert({ table: 'city.texts', values: Readable.from(csv, { objectMode: false }), format: 'CSV' })
    await client.command({
      query: `INSERT INTO city.texts FORMAT JSONEachRow\n${values.map((v) => JSON.stringify({ ...v, n: v.n + 300 })).join('\n\n')}`,
    })
    const rows = await rowsOf<{ n: string; t: string }>('SELECT n, t FROM city.texts ORDER BY n')
    expect(rows).toEqual(
      [0, 100, 200, 300].flatMap((from) => HARD_TEXTS.map((t, n) => ({ n: String(n + from), t: from === 200 && t === '\\N' ? '\\N' : t }))),
    )
    for (const t of HARD_TEXTS) {
      expect(await rowsOf('SELECT {t:String} AS x', { query_params: { t } })).toEqual([{ x: t }])
    }
  })

  test('integers keep their 64 bits, unless the reader asks for numbers', async () => {
    expect(await valueOf('SELECT toUInt64(18446744073709551615) AS x')).toBe('18446744073709551615')
    const settings = { clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } }
    expect(await rowsOf('SELECT toUInt64(7) AS x', settings)).toEqual([{ x: 7 }])
    expect(await valueOf('SELECT toUInt64(7) AS x')).toBe('7')
  })

  test('a long answer is streamed, packed when asked, and its parameters bound', async () => {
    const packed = connect({ compression: { response: true, request: true } })
    const query = 'SELECT number AS n FROM numbers({count:UInt32})'
    const result = await packed.query({ query, format: 'JSONEachRow', query_params: { count: 300_000 } })
    let count = 0
    for await (const rows of result.stream()) count += rows.length
    expect(count).toBe(300_000)
    await packed.insert({ table: 'city.texts', values: [{ n: 900, t: 'packed' }], format: 'JSONEachRow' })
    expect(await valueOf('SELECT t AS x FROM city.texts WHERE n = 900')).toBe('packed')
    await packed.close()
  })

  test('gzip bodies are unpacked, and a body larger than the limit once unpacked is refused', async () => {
    const rows = gzipSync(JSON.stringify({ n: 901, t: 'by hand' }))
    const answer = await send('INSERT INTO city.texts FORMAT JSONEachRow', { body: rows, headers: { 'content-encoding': 'gzip' } })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(JSON.parse(answer.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ written_rows: '1' })
    const bomb = gzipSync(Buffer.alloc(MAX_BODY + 1))
    const refused = await send('INSERT INTO city.texts FORMAT JSONEachRow', { body: bomb, headers: { 'content-encoding': 'gzip' } })
    expect(refused.status).toBe(413)
  })

  test('an insert is all or nothing, and an empty one is nothing', async () => {
    const before = await valueOf('SELECT count() AS x FROM city.texts')
    const bad = `${JSON.stringify({ n: 950, t: 'x' })}\n{"n": "no number"}`
    const answer = await send('INSERT INTO city.texts FORMAT JSONEachRow', { body: bad })
    expect(answer.status).toBe(400)
    await client.insert({ table: 'city.texts', values: [], format: 'JSONEachRow' })
    expect((await send('INSERT INTO city.texts FORMAT JSONEachRow', { body: '' })).status).toBe(200)
    expect(await valueOf('SELECT count() AS x FROM city.texts')).toBe(before)
    expect(readdirSync(spoolOf())).toEqual([])
  })

  test('binary formats go both ways', async () => {
    const parquet = await send('SELECT number AS n, toString(number) AS t FROM numbers(1000, 10) FORMAT Parquet')
    expect(parquet.headers.get('x-clickhouse-format')).toBe('Parquet')
    expect((await send('INSERT INTO city.texts FORMAT Parquet', { body: await parquet.arrayBuffer() })).status).toBe(200)
    expect(await valueOf('SELECT sum(n) AS x FROM city.texts WHERE n >= 1000')).toBe('10045')
  })
})

describe('what one request leaves to the next', () => {
  test('settings, database and parameters are undone', async () => {
    const one = connect({ database: 'city' })
    const settings = { clickhouse_settings: { max_threads: 1, max_result_rows: '5' } }
    const here = async (c: ClickHouseClient, extra: object = {}) =>
      (
        await c.query({
          query: "SELECT currentDatabase() AS db, toString(getSetting('max_result_rows')) AS rows",
          format: 'JSONEachRow',
          ...extra,
        })
      ).json()
    // Twelve at once reach every session of the pool.
    const all = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 12 }, ask))
    expect(await all(() => here(one, settings))).toEqual(Array(12).fill([{ db: 'city', rows: '5' }]))
    await all(() => rowsOf('SELECT {secret:String} AS x', { query_params: { secret: 's' } }))
    expect(await all(() => here(client))).toEqual(Array(12).fill([{ db: 'default', rows: '0' }]))
    const leaks = await all(() => client.query({ query: 'SELECT {secret:String} AS x' }).then(String, (e: ClickHouseError) => e.code))
    expect(new Set(leaks)).toEqual(new Set(['456']))
    await one.close()
  })

  test('a setting that does not exist harms nobody', async () => {
    const odd = { clickhouse_settings: { max_threads: 1, no_such_setting: 1 } as object }
    await expect(rowsOf('SELECT 1 AS x', odd)).rejects.toMatchObject({ code: '115' })
    expect(await Promise.all(Array.from({ length: 12 }, () => valueOf("SELECT toString(getSetting('max_result_rows')) AS x")))).toEqual(
      Array(12).fill('0'),
    )
  })

  test('half an answer that failed is not put before the next one', async () => {
    const failing = 'SELECT number, throwIf(number = 100000) FROM numbers(200000) SETTINGS max_block_size = 1000'
    for (const format of ['JSON', 'JSONEachRow', 'CSVWithNames', 'Parquet']) {
      // Rows that went out already can only be broken off; else it is an error's answer.
      const whole = send(`${failing} FORMAT ${format}`).then((r) => r.arrayBuffer().then(() => r.ok))
      expect(await whole.catch(() => false)).toBe(false)
      expect(await Promise.all(Array.from({ length: 6 }, async () => (await send('SELECT 1')).text()))).toEqual(Array(6).fill('1\n'))
    }
  })
})

describe('what is refused', () => {
  const refusals: [string, string, string][] = [
    ['several statements', 'SELECT 1; DROP TABLE city.texts', '62'],
    ['an unknown table', 'SELECT * FROM city.nothing', '60'],
    ['an unknown database', 'SELECT * FROM nowhere.t', '81'],
    ['a fault in the text', 'SELECT FROM WHERE', '62'],
    ['files', "SELECT * FROM file('/etc/passwd', 'LineAsString')", '497'],
    ['state between requests', 'SET max_threads = 1', '48'],
    [
      'a time limit that passes',
      "SELECT count() FROM numbers(1e11) WHERE sipHash64(number) = 1 SETTINGS max_execution_time = 0.2, timeout_overflow_mode = 'throw'",
      '159',
    ],
  ]
  test.each(refusals)('%s', async (_, query, code) => {
    await expect(client.query({ query })).rejects.toMatchObject({ code })
  })

  test('a wrong password, a browser, another host name, a GET that writes', async () => {
    const stranger = connect({ password: 'wrong' })
    await expect(stranger.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' })
    await stranger.close()
    expect((await send('SELECT 1', { headers: { origin: 'https://example.org' } })).status).toBe(403)
    expect((await send('DROP TABLE city.texts', { method: 'GET' })).status).toBe(403)
    expect(await (await send('SELECT 1', { method: 'GET' })).text()).toBe('1\n')
  })
})

test('what was acknowledged survives kill -9, and the folder is taken up again', async () => {
  await client.command({ query: 'CREATE TABLE city.kept (n UInt64) ENGINE = MergeTree ORDER BY n' })
  let acknowledged = 0
  const killed = new Promise<void>((resolve) => setTimeout(() => resolve(store.child.kill('SIGKILL')), 700))
  for (;;) {
    const values = Array.from({ length: 100 }, (_, i) => ({ n: acknowledged + i }))
    const failed = await client.insert({ table: 'city.kept', values, format: 'JSONEachRow' }).then(
      () => false,
      () => true,
    )
    if (failed) break
    acknowledged += 100
  }
  await killed
  await store.child.exited
  store = await start()
  const [{ rows, distinct }] = (await rowsOf<{ rows: string; distinct: string }>(
    'SELECT count() AS rows, uniqExact(n) AS distinct FROM city.kept',
  )) as [{ rows: string; distinct: string }]
  expect(acknowledged).toBeGreaterThan(0)
  expect(Number(rows)).toBe(Number(distinct))
  // The insert under way may have ended in the store without its answer having arrived.
  expect([acknowledged, acknowledged + 100]).toContain(Number(rows))
})

function spoolOf(): string {
  const lines = readFileSync(store.child.log, 'utf8')
  const line = lines.split('\n').findLast((l) => l.includes('"spool"')) ?? '{}'
  return (JSON.parse(line) as { spool: string }).spool
}

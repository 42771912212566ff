/**
 * The query service's bench: 10⁷ partials and as many windows of 2,000 sensors, made inside ClickHouse; then questions
 * over HTTP, one after the other, each a different one. Prints JSON. `node test/bench/query.ts [partials] [requests]`
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from '@clickhouse/client'
import { startClickHouse } from '@commonstream/embedded'
import { PORTS } from '@commonstream/runtime'
import { loadCity, type Stream } from '@commonstream/schemas'
import { writeCityFolder } from '../support/city-folder.ts'
import { leasePorts } from '../support/ports.ts'
import { createTables, seedWatermark } from '../support/seed.ts'
import { percentile } from './percentile.ts'
import { cpuSeconds, peakMemoryMb } from './process-figures.ts'

const SENSORS = 2_000
const QUARTER = 900_000
const DAY = 86_400_000
/** The city's present, where the windows end. */
const NOW = Date.UTC(2026, 2, 1)

export interface QueryRun {
  readonly question: string
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly answerBytes: number
  readonly requestsPerCpuSecond: { readonly query: number; readonly store: number }
}

export interface QueryBench {
  readonly partials: number
  readonly runs: readonly QueryRun[]
  readonly peakMemoryMb: { readonly query: number; readonly store: number }
}

/** Makes the rows, asks the questions and stops what it started. */
export async function benchQuery(o: { partials: number; requests: number }): Promise<QueryBench> {
  const dir = mkdtempSync(path.join(tmpdir(), 'bench-query-'))
  const ports = await leasePorts()
  const store = await startClickHouse({ dir: path.join(dir, 'clickhouse'), port: PORTS.clickhouse + ports.offset })
  const schemas = path.join(dir, 'schemas')
  let service: ChildProcess | null = null
  try {
    const stream = await makeCity(schemas)
    await fill(store.url, stream, o.partials)
    service = await startService(schemas, dir, ports.offset)
    const pids = { query: service.pid!, store: store.pid }
    const runs: QueryRun[] = []
    for (const [question, addressOf] of Object.entries(questionsOf(stream, o.partials))) {
      runs.push(await ask(question, `http://127.0.0.1:${PORTS.query + ports.offset}`, addressOf, o.requests, pids))
    }
    return { partials: o.partials, runs, peakMemoryMb: { query: peakMemoryMb(pids.query), store: peakMemoryMb(pids.store) } }
  } finally {
    if (service !== null && service.exitCode === null) {
      service.kill('SIGTERM')
      await once(service, 'exit')
    }
    await store.stop()
    await ports.release()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** An unprotected stream of counts whose partials stand for a year. */
async function makeCity(schemas: string): Promise<Stream> {
  writeCityFolder(schemas, [{ name: 'bench', schemaId: 100, sensors: SENSORS, partitions: 1, isProtected: false, keepReadings: false }])
  const contract = path.join(schemas, 'streams', 'bench', 'contract.yaml')
  writeFileSync(contract, readFileSync(contract, 'utf8').replace(/partials: \w+/, 'partials: P1Y'))
  return (await loadCity(schemas)).streams[0]!
}

async function fill(url: string, stream: Stream, partials: number): Promise<void> {
  const client = createClient({ url, request_timeout: 600_000 })
  await createTables(client, { streams: [stream] })
  const windows = Math.ceil(partials / SENSORS)
  const params = { windows, first: NOW / 1_000 - (windows * QUARTER) / 1_000, partials }
  const sensor = `concat('s', leftPad(toString(intDiv(number, {windows:UInt32})), 5, '0'))`
  const window = `toDateTime({first:UInt32} + (number % {windows:UInt32}) * 900)`
  const figures = `15 AS direction_1_count, number % 97 AS direction_1_sum, 15 AS direction_2_count, number % 89 AS direction_2_sum`
  for (const [table, columns] of [
    [
      'partials',
      `${sensor} AS sensor, ${window} AS \`window\`, 900 AS size, 0 AS partition, 0 AS chunk, 1 AS version, 15 AS count, 0 AS late, 0 AS clamped`,
    ],
    [
      'windows',
      `${window} AS \`window\`, 900 AS size, ${sensor} AS sensor, 0 AS rev, 'ok' AS status, 'closed' AS origin, 1 AS bridges, 0 AS policy, 0 AS noise_sd, 15 AS count`,
    ],
  ] as const) {
    const select = `SELECT ${columns}, ${figures} FROM numbers({partials:UInt64})`
    await client.command({ query: `INSERT INTO city.bench_${table} ${select}`, query_params: params })
  }
  const latest = `SELECT ${sensor} AS sensor, toDateTime64({first:UInt32}, 3) AS at, generateUUIDv4() AS event_id, false AS clamped, 3 AS direction_1, 4 AS direction_2, number AS version`
  await client.command({
    query: `INSERT INTO city.bench_latest ${latest} FROM numbers({sensors:UInt64})`,
    query_params: { windows: 1, first: NOW / 1_000 - 60, sensors: SENSORS },
  })
  await seedWatermark(client, stream, NOW)
  await client.close()
}

/** Starts the service as a process of its own on the bench's clock, and waits until it is ready. */
async function startService(schemas: string, dir: string, offset: number): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('../../services/query/src/main.ts', import.meta.url))
  const clock = { CITY_CLOCK: `${new Date(NOW).toISOString()}@1`, CITY_CLOCK_ORIGIN: String(Date.now()) }
  const env = {
    PATH: process.env['PATH'],
    CITY_SCHEMAS: schemas,
    CITY_DATA_DIR: dir,
    CITY_PORT_OFFSET: String(offset),
    CITY_QUERY_RATE: '1000000',
    CITY_LOG_LEVEL: 'warn',
    ...clock,
  }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) break
    const ready = await fetch(`http://127.0.0.1:${PORTS.query + offset}/health/ready`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return child
    await sleep(100)
  }
  child.kill('SIGKILL')
  throw new Error('the query service did not become ready within 30 s')
}

/** Addresses of the questions by a number; different numbers are different questions. */
function questionsOf(stream: Stream, partials: number): Record<string, (n: number) => string> {
  const base = `/v1/streams/${stream.name}`
  const days = Math.max(1, Math.floor((Math.ceil(partials / SENSORS) * QUARTER) / DAY) - 1)
  const sensor = (n: number) => stream.sensors[(n * 7_919) % SENSORS]!.id
  const range = (from: number, length: number) => `from=${new Date(from).toISOString()}&to=${new Date(from + length).toISOString()}`
  const day = (n: number) => NOW - ((n % days) + 1) * DAY
  const aggregates = `${base}/aggregates?property=direction_1`
  return {
    'one sensor-day': (n) => `${aggregates}&tz=UTC&sensor=${sensor(n)}&${range(day(n), DAY)}`,
    'one sensor, 30 days by hour': (n) => `${aggregates}&tz=UTC&sensor=${sensor(n)}&every=PT1H&${range(NOW - 30 * DAY, 30 * DAY)}`,
    latest: () => `${base}/latest`,
    'the map: every sensor in one window': (n) => `${aggregates}&limit=10000&${range(NOW - (n + 1) * QUARTER, QUARTER)}`,
    'the city in a day by hour': (n) => `${aggregates}&by=all&every=PT1H&${range(day(n), DAY)}`,
  }
}

async function ask(
  question: string,
  origin: string,
  addressOf: (n: number) => string,
  requests: number,
  pids: { query: number; store: number },
): Promise<QueryRun> {
  const times: number[] = []
  let bytes = 0
  const one = async (n: number) => {
    const begun = performance.now()
    const response = await fetch(origin + addressOf(n))
    const text = await response.text()
    if (!response.ok) throw new Error(`${addressOf(n)}: ${text}`)
    bytes = text.length
    return performance.now() - begun
  }
  for (let n = 0; n < Math.ceil(requests / 10); n++) await one(requests + n)
  const before = { query: cpuSeconds(pids.query), store: cpuSeconds(pids.store) }
  for (let n = 0; n < requests; n++) times.push(await one(n))
  const perCpuSecond = (name: 'query' | 'store') => Math.round(requests / Math.max(0.01, cpuSeconds(pids[name]) - before[name]))
  const sorted = times.toSorted((a, b) => a - b)
  return {
    question,
    requests,
    p50Ms: round(percentile(sorted, 0.5)),
    p99Ms: round(percentile(sorted, 0.99)),
    answerBytes: bytes,
    requestsPerCpuSecond: { query: perCpuSecond('query'), store: perCpuSecond('store') },
  }
}

const round = (ms: number) => Math.round(ms * 10) / 10

if (import.meta.main) {
  const [partials = 10_000_000, requests = 300] = process.argv.slice(2).map(Number)
  console.log(JSON.stringify(await benchQuery({ partials, requests }), null, 2))
}

import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type City, eventsTopic, foldDocumentOf, groupOf, loadCity, type Stream, windowsTopic } from '@commonstream/schemas'
import type { Admin, Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sensorIds, writeCityFolder } from '../support/city-folder.ts'
import { loadDifferences, type LoadRow, readingsOf } from '../support/load-checks.ts'
import { loadLog, type LoadOptions } from '../support/log-load.ts'
import { expectedReleases, expectedWindows, readDayKeys } from '../support/oracle.ts'
import { useStack } from '../support/stack-hooks.ts'
import { lostReason, spawnWorker, workerCommand } from '../support/worker.ts'

const START = Date.parse('2023-06-05T00:00:00Z')
const MINUTES = 700
const SENSORS = sensorIds(100)
const schemas = mkdtempSync(path.join(os.tmpdir(), 'city-schemas-'))
writeCityFolder(schemas, [
  { name: 'made-open', schemaId: 901, sensors: SENSORS.length, partitions: 1, isProtected: false, keepReadings: true },
  { name: 'made-protected', schemaId: 902, sensors: SENSORS.length, partitions: 1, isProtected: true, keepReadings: true },
])

// A replay: tables without TTL. The worker itself knows no clock.
const stack = useStack({ schemas, services: ['apply'], clock: '2023-06-05T00:00:00Z@1' })
let city: City
let admin: Admin
let producer: Producer

const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream
const loadOf = (name: string): LoadOptions => ({
  stream: streamOf(name),
  start: START,
  minutes: MINUTES,
  sensors: SENSORS,
  disorder: 0.05,
  duplicates: 0.02,
  seed: 7,
})

beforeAll(async () => {
  city = await loadCity(schemas)
  admin = stack().kafka.admin()
  producer = stack().kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
})

afterAll(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()])
  rmSync(schemas, { recursive: true, force: true })
})

async function rows<T>(query: string): Promise<T[]> {
  return (await stack().store.query({ query, format: 'JSONEachRow' })).json<T>()
}

const figures = (table: string, merge: string) =>
  rows<LoadRow>(`SELECT sensor, toUnixTimestamp(window) * 1000 AS start, ${merge} FROM city.${table} FINAL`)

async function commit(name: string, offset: number): Promise<void> {
  await admin.setOffsets({ groupId: groupOf(name), topic: eventsTopic(name), partitions: [{ partition: 0, offset: String(offset) }] })
}

async function windowRecords(name: string): Promise<number> {
  return Number((await admin.fetchTopicOffsets(windowsTopic(name)))[0]?.high)
}

test('a worker killed again and again leaves what one pass over the readings gives', { timeout: 180_000 }, async () => {
  const loads = ['made-open', 'made-protected'].map(loadOf)
  const loading = Promise.all(loads.map((load) => loadLog(producer, load)))
  let worker = spawnWorker(stack())
  for (let kill = 0; kill < 4; kill++) {
    await sleep(1_700)
    worker.child.kill('SIGKILL')
    await worker.child.exited
    worker = spawnWorker(stack())
  }
  const sent = await loading
  for (const load of loads) await worker.caughtUp(load.stream.name)
  await worker.stop()
  for (const [i, load] of loads.entries()) {
    const { table } = load.stream
    const readings = readingsOf(load)
    const want = expectedWindows(readings, ['direction_1', 'direction_2'], 900_000)
    const merged = await rows<LoadRow>(
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS count, sum(direction_1_sum) AS a, sum(direction_2_sum) AS b FROM city.${table}_partials FINAL GROUP BY sensor, window`,
    )
    expect(merged.length).toBe(want.size)
    expect(loadDifferences(merged, readings, true)).toEqual([])
    expect(await rows(`SELECT count() AS n, uniqExact(event_id) AS ids FROM city.${table}_readings FINAL`)).toEqual([
      { n: MINUTES * SENSORS.length, ids: MINUTES * SENSORS.length },
    ])
    const [ledger] = await rows<Record<string, number>>(
      `SELECT sum(records) AS records, sum(stored) AS stored, sum(duplicates) AS duplicates FROM city.ledger FINAL WHERE stream = '${load.stream.name}'`,
    )
    expect(ledger).toEqual({
      records: sent[i],
      stored: MINUTES * SENSORS.length,
      duplicates: (sent[i] as number) - MINUTES * SENSORS.length,
    })
    const chunks = await rows<{ chunk: number; last: number; complete: boolean }>(
      `SELECT chunk, last, complete FROM city.ledger FINAL WHERE stream = '${load.stream.name}' ORDER BY chunk`,
    )
    expect(chunks.length).toBeGreaterThan(1)
    chunks.reduce((next, c) => (expect(c.chunk).toBe(next), c.last + 1), 0)
    expect(chunks.slice(0, -1).every((c) => c.complete)).toBe(true)
  }
  expect(
    loadDifferences(
      await figures('made_open_windows', 'count, direction_1_sum AS a, direction_2_sum AS b'),
      readingsOf(loads[0] as LoadOptions),
      true,
    ),
  ).toEqual([])
})

async function releases(): Promise<LoadRow[]> {
  return (await figures('made_protected_windows', 'count, direction_1_sum AS a, direction_2_sum AS b')).sort(
    (x, y) => x.start - y.start || (x.sensor < y.sensor ? -1 : 1),
  )
}

test('the releases are the windows of all registered sensors with the second implementation’s noise', async () => {
  const load = loadOf('made-protected')
  const policy = load.stream.disclosure as NonNullable<Stream['disclosure']>
  const have = await releases()
  const from = Math.min(...have.map((r) => r.start))
  const to = Math.max(...have.map((r) => r.start)) + 900_000
  const want = expectedReleases(
    {
      stream: load.stream.name,
      sensors: SENSORS,
      properties: ['direction_1', 'direction_2'],
      sizeMs: 900_000,
      policy: policy.policy,
      epsilon: policy.epsilon,
    },
    readingsOf(load),
    readDayKeys(stack().dir, load.stream.name),
    from,
    to,
  )
  expect(have.length * 2).toBe(want.size)
  const wrong = have.filter(
    (r) =>
      r.count !== null || r.a !== want.get(`${r.sensor}|${r.start}|direction_1`) || r.b !== want.get(`${r.sensor}|${r.start}|direction_2`),
  )
  expect(wrong).toEqual([])
})

test('the log replayed into the same store releases the same values, and says them once', async () => {
  const before = await releases()
  const said = await windowRecords('made-protected')
  for (const name of ['made-open', 'made-protected']) await commit(name, 0)
  const worker = spawnWorker(stack())
  for (const name of ['made-open', 'made-protected']) await worker.folded(name)
  await worker.stop()
  expect(await releases()).toEqual(before)
  expect(await windowRecords('made-protected')).toBe(said)
  expect(stack().log('worker')).not.toContain('RELEASE_CONFLICT')
})

test('rows that vanish from the store are found by the ledger and come back from the log', { timeout: 60_000 }, async () => {
  const counted =
    'SELECT (SELECT count() FROM city.made_open_readings FINAL) AS readings, (SELECT sum(count) FROM city.made_open_partials FINAL) AS events'
  const before = await rows(counted)
  const lost = { clickhouse_settings: { mutations_sync: '2' } } as const
  await stack().store.command({ query: "ALTER TABLE city.made_open_partials DELETE WHERE chunk = 0 AND sensor = 's00003'", ...lost })
  await stack().store.command({ query: 'ALTER TABLE city.made_open_readings DELETE WHERE offset BETWEEN 1000 AND 1100', ...lost })
  expect(await rows(counted)).not.toEqual(before)
  const said = reconcile('made-open')
  expect(said).toMatch(/partition 0, chunk 0: .*partials.*readings.*healed/)
  expect(await rows(counted)).toEqual(before)
  expect(reconcile('made-open')).toMatch(/0 not as the ledger says, 0 holes/)
})

const reconcile = (stream: string) => workerCommand(stack(), 'reconcile', '--stream', stream, '--replay')
const rebuild = (stream: string) => workerCommand(stack(), 'rebuild', '--stream', stream)

test('replayed with the lateness of its first marker changed it releases nothing different', { timeout: 120_000 }, async () => {
  const before = await releases()
  const said = await windowRecords('made-protected')
  const load = loadOf('made-protected')
  await admin.deleteTopics({ topics: [eventsTopic('made-protected')] })
  await sleep(1_500)
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic: eventsTopic('made-protected'),
        numPartitions: 1,
        configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
      },
    ],
  })
  await sleep(1_500)
  const impatient = { ...foldDocumentOf(load.stream, null), latenessMs: 0 }
  await producer.send({
    topic: eventsTopic('made-protected'),
    messages: [{ partition: 0, key: null, value: JSON.stringify(impatient), headers: { kind: 'fold' } }],
  })
  await loadLog(producer, load)
  await commit('made-protected', 0)
  const worker = spawnWorker(stack(), { CITY_STREAMS: 'made-protected' })
  await worker.folded('made-protected')
  await worker.stop()
  expect(stack().log('worker')).toContain('RELEASE_CONFLICT')
  const last = Math.max(...before.map((r) => r.start))
  expect((await releases()).filter((r) => r.start <= last)).toEqual(before)
  // The lateness of ten minutes less closes the last windows earlier; about the same passages nothing new was said.
  expect((await windowRecords('made-protected')) - said).toBeLessThanOrEqual(SENSORS.length)
})

test('a trimmed head and an emptied store are a position lost, not a guess', { timeout: 200_000 }, async () => {
  const [committed] = (await admin.fetchOffsets({ groupId: groupOf('made-open'), topics: [eventsTopic('made-open')] }))[0]?.partitions ?? []
  expect(Number(committed?.offset)).toBeGreaterThan(0)
  await admin.deleteTopicRecords({ topic: eventsTopic('made-open'), partitions: [{ partition: 0, offset: '10' }] })
  expect(await lostReason(stack(), 'made-open')).toMatch(/log starts at 10/)
  await stack().store.command({ query: 'TRUNCATE TABLE city.ledger' })
  expect(await lostReason(stack(), 'made-open')).toMatch(/no complete row/)
  await commit('made-open', 0)
  expect(await lostReason(stack(), 'made-open')).toMatch(/before the log's start 10/)
  const after = (await admin.fetchOffsets({ groupId: groupOf('made-open'), topics: [eventsTopic('made-open')] }))[0]?.partitions[0]?.offset
  expect(after).toBe('0') // kafkajs did not "repair" it
})

test('a rebuild restores the store from topics and log, and names what is missing', { timeout: 120_000 }, async () => {
  const before = await releases()
  // Of the protected stream the log is whole and the store is lost; of the open one the log's head is gone too.
  for (const table of ['made_protected_windows', 'made_protected_partials', 'made_open_windows', 'ledger', 'alert_states']) {
    await stack().store.command({ query: `TRUNCATE TABLE city.${table}` })
  }
  const said = rebuild('made-protected')
  expect(said).toContain('resumes at 0, nothing is missing')
  expect(await releases()).toEqual(before)
  expect(rebuild('made-open')).toContain('still too short')
  const worker = spawnWorker(stack(), { CITY_STREAMS: 'made-protected' })
  await worker.caughtUp('made-protected')
  await worker.stop()
  expect(await releases()).toEqual(before)
  const merged = await rows<LoadRow>(
    'SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS count, sum(direction_1_sum) AS a, sum(direction_2_sum) AS b FROM city.made_protected_partials FINAL GROUP BY sensor, window',
  )
  expect(loadDifferences(merged, readingsOf(loadOf('made-protected')), true)).toEqual([])
})

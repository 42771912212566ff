import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { processesOf } from '../support/process.ts'
import { startStack, type TestStack } from '../support/stack.ts'
import { useStack } from '../support/stack-hooks.ts'

const stack = useStack({ services: ['apply', 'worker'] })
const rowsOf = async (s: TestStack, query: string) => (await s.store.query({ query, format: 'JSONEachRow' })).json()

test('it says where everything is and then `ready`', () => {
  const lines = stack().log('stack').trimEnd().split('\n')
  expect(lines.at(-1)).toBe('ready')
  expect(lines).toContain(`Kafka       127.0.0.1:${stack().ports.kafka}`)
  expect(lines).toContain(`ClickHouse  http://127.0.0.1:${stack().ports.clickhouse}`)
})

test('tokens are random, one per role, and for their owner alone', () => {
  const file = path.join(stack().dir, 'tokens.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const tokens = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
  expect(Object.keys(stack().tokens)).toEqual(['operations', 'steward', 'device'])
  expect(new Set(tokens).size).toBe(3)
  for (const token of tokens) expect(token.length).toBeGreaterThanOrEqual(43)
})

test('what is killed is started again, with its state', async () => {
  await stack().store.command({ query: 'CREATE TABLE city.kept (n UInt64) ENGINE = MergeTree ORDER BY n' })
  await stack().store.insert({ table: 'city.kept', values: [{ n: 7 }], format: 'JSONEachRow' })
  const admin = stack().kafka.admin()
  await admin.connect()
  const topics = await admin.listTopics()
  expect(topics).toContain('city.quarantine')
  const before = (['kafka', 'clickhouse', 'worker'] as const).map((name) => stack().pid(name))
  await Promise.all((['kafka', 'clickhouse', 'worker'] as const).map((name) => stack().kill(name)))
  await Promise.all((['kafka', 'clickhouse', 'worker'] as const).map((name) => stack().waitReady(name)))
  expect(before).not.toContain(stack().pid('kafka'))
  expect(await rowsOf(stack(), 'SELECT n FROM city.kept')).toEqual([{ n: 7 }])
  expect(new Set(await admin.listTopics())).toEqual(new Set(topics))
  await admin.disconnect()
  expect(stack().log('stack')).toMatch(/^kafka was ended by SIGKILL; it starts again in 0.5 s$/m)
})

test('a second stack runs beside it and does not touch it', async () => {
  const other = await startStack({ services: ['apply'] })
  expect(other.ports.kafka).not.toBe(stack().ports.kafka)
  await other.store.command({ query: 'CREATE TABLE city.kept (n UInt64) ENGINE = MergeTree ORDER BY n' })
  await other.stop()
  expect(existsSync(other.dir)).toBe(false)
  expect(await rowsOf(stack(), 'SELECT n FROM city.kept')).toEqual([{ n: 7 }])
})

test('servers elsewhere are used and not started', async () => {
  const env = { CITY_KAFKA: stack().brokers, CITY_CLICKHOUSE_URL: stack().url('clickhouse') }
  const other = await startStack({ services: ['apply'], env })
  expect(other.log('stack')).toContain(`Kafka       ${stack().brokers}\n`)
  for (const name of ['kafka', 'clickhouse'] as const) expect(() => other.pid(name)).toThrow(`${name} does not run`)
  expect(other.log('apply').length).toBeGreaterThan(0)
  await other.stop()
})

const kept = mkdtempSync(path.join(os.tmpdir(), 'city-kept-'))
afterAll(() => rmSync(kept, { recursive: true, force: true }))

test('a stack killed outright leaves nothing that hinders the next one on its folder', async () => {
  const clock = '2023-06-04T23:00:00+10:00@60'
  const first = await startStack({ services: ['apply'], dir: kept, clock })
  const origin = first.env()['CITY_CLOCK_ORIGIN']
  await first.kill('stack')
  await first.stop().catch(() => undefined)
  // Not waited for: the next start does that, and ends what it finds.
  const second = await startStack({ services: [], dir: kept })
  expect(await rowsOf(second, "SHOW DATABASES LIKE 'city'")).toHaveLength(1)
  // A replay keeps its clock and its beginning.
  expect(second.env()).toMatchObject({ CITY_CLOCK: clock, CITY_CLOCK_ORIGIN: origin })
  await expect(startStack({ services: [], dir: kept })).rejects.toThrow(/A stack already runs on/)
  await second.kill('stack')
  for (let i = 0; i < 200 && processesOf(kept).length > 0; i++) await sleep(100)
  expect(processesOf(kept)).toEqual([])
  await second.stop().catch(() => undefined)
})

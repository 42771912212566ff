import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createKafka, createLog } from '@commonstream/runtime'
import { loadCity, type Stream } from '@commonstream/schemas'
import type { Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadAverage } from '../bench/process-figures.ts'
import { writeCityFolder } from '../support/city-folder.ts'
import { memoryOf } from '../support/process.ts'
import { useStack } from '../support/stack-hooks.ts'
import { writeBurst, writeTicks } from '../support/stress-log.ts'
import { spawnWorker, type TestWorker } from '../support/worker.ts'

// The bounds of docs/memory.md, under keys that somebody chose to break them. CITY_CHAOS_SENSORS=1000000 is a whole minute
// of a million new sensors a minute; below 300,000 the small heap has room for all of them.
const EVENTS = Number(process.env['CITY_CHAOS_SENSORS'] ?? 400_000)
const PARTITIONS = 4
const SMALL_MB = 192
/** The formula of docs/memory.md: 1 kB for each row twice, where each sensor has one window, and 60 MB. */
const LARGE_MB = Math.ceil((2 * (EVENTS + 2 * Math.min(EVENTS, 65_536 * PARTITIONS))) / 1_024 + 60)
/** Rows that wait for the store, batches from Kafka, horizons, code: what is outside the heap. */
const OUTSIDE_MB = 350
const MB = 2 ** 20
const WINDOW_MS = 900_000
/** A window that is over, and younger than the two days that its partials are kept. */
const START = Math.floor(Date.now() / WINDOW_MS - 4) * WINDOW_MS

const folder = mkdtempSync(path.join(tmpdir(), 'memory-city-'))
const NAMES = ['passers-by', 'one-key'] as const
writeCityFolder(
  folder,
  NAMES.map((name, i) => ({ name, schemaId: 9_001 + i, sensors: 1, partitions: PARTITIONS, isProtected: false, keepReadings: true })),
)
for (const name of NAMES) {
  const file = path.join(folder, 'streams', name, 'contract.yaml')
  const contract = readFileSync(file, 'utf8').replace('sensors: registered', 'sensors: open').replace('silence: zero', 'silence: unknown')
  writeFileSync(file, contract)
}

const stack = useStack(() => ({ services: ['apply'], schemas: folder }))
const rows: string[] = []
let strangers: Stream
let oneKey: Stream
let producer: Producer
let worker: TestWorker | null = null

beforeAll(async () => {
  const { streams } = await loadCity(folder)
  strangers = streams.find((s) => s.name === 'passers-by') as Stream
  oneKey = streams.find((s) => s.name === 'one-key') as Stream
  producer = createKafka(stack().brokers, 'stress', createLog('test', 'silent')).producer()
  await producer.connect()
})

afterAll(async () => {
  await worker?.stop()
  await producer?.disconnect()
  rmSync(folder, { recursive: true, force: true })
  console.log(['heap MB  resident MB  what', ...rows, `load average ${loadAverage()}`].join('\n'))
})

function startWorker(heapMb: number, streams = ''): TestWorker {
  worker = spawnWorker(stack(), { NODE_OPTIONS: `--max-old-space-size=${heapMb}`, CITY_STREAMS: streams })
  return worker
}

function note(heapMb: number, running: TestWorker, what: string): void {
  expect(running.child.exit).toBeNull()
  const residentMb = Math.round(memoryOf(running.child.pid).peak / MB)
  rows.push(`${String(heapMb).padStart(7)} ${String(residentMb).padStart(12)}  ${what}`)
  expect(residentMb).toBeLessThan(heapMb + OUTSIDE_MB)
}

/** So many events in every partition, the minutes of one window, between two ticks. */
async function load(stream: Stream, each: number, sensor: (partition: number, index: number) => string): Promise<void> {
  await writeTicks(producer, stream, START)
  const at = (i: number) => START + (i % WINDOW_MS)
  const bursts = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    from: 0,
    to: each,
    at,
    sensor: (i: number) => sensor(partition, i),
  }))
  await Promise.all(bursts.map((burst) => writeBurst(producer, stream, burst)))
  await writeTicks(producer, stream, START + 2 * WINDOW_MS)
}

test('half of the traffic on one key needs no more memory than any other', async () => {
  await load(oneKey, EVENTS / PARTITIONS, (partition, i) => (i % 2 === 0 ? 'the-one' : `p${partition}-${i % 1_000}`))
  const running = startWorker(SMALL_MB)
  await running.caughtUp('one-key', 300_000)
  note(SMALL_MB, running, `${EVENTS} events, half of them of one key`)
})

test('sensors that nobody knew end no process, a million a minute: their partitions stand still and say so, the other stream goes on', async () => {
  const running = worker as TestWorker
  const began = performance.now()
  await load(strangers, EVENTS / PARTITIONS, (partition, i) => `p${partition}-${i}`)
  const minutes = (performance.now() - began) / 60_000
  const paused = async () => (await running.reports())?.['passers-by']?.find((p) => p.state === 'paused')?.reason
  await expect.poll(paused, { timeout: 300_000, interval: 500 }).toMatch(/more than this worker's heap has room for/)
  await writeBurst(producer, oneKey, {
    partition: 0,
    from: EVENTS,
    to: EVENTS + 100,
    at: () => START + 3 * WINDOW_MS,
    sensor: () => 'the-one',
  })
  await running.caughtUp('one-key', 120_000)
  const still = (await running.reports())?.['passers-by']?.filter((p) => p.state === 'paused').length
  const pace = Math.round(EVENTS / 1_000 / minutes)
  note(SMALL_MB, running, `${EVENTS} new sensors, ${pace} thousand a minute: ${still} of ${PARTITIONS} partitions paused`)
})

test('with the heap that the formula asks for, the same log is folded to its end', async () => {
  await worker?.stop()
  const running = startWorker(LARGE_MB, 'passers-by')
  await running.caughtUp('passers-by', 600_000)
  note(LARGE_MB, running, `${EVENTS} new sensors, all of them folded`)
})

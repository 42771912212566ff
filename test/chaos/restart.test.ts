import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafka, createLog } from '@commonstream/runtime'
import { eventsTopic, loadCity, type Stream } from '@commonstream/schemas'
import type { Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cpuSeconds, loadAverage } from '../bench/process-figures.ts'
import { storeRows } from '../support/ask-stack.ts'
import { tellInjections } from '../support/chaos-table.ts'
import { writeCityFolder } from '../support/city-folder.ts'
import { useStack } from '../support/stack-hooks.ts'
import { writeBurst, writeTicks } from '../support/stress-log.ts'
import { certifiedOf, spawnWorker, type TestWorker } from '../support/worker.ts'

/** Records of each partition; a smaller number is for trying out the test itself. */
const RECORDS = Number(process.env['CITY_CHAOS_RECORDS'] ?? 1_000_000)
const PARTITIONS = 2
const SENSORS = 2_000
const MINUTE_MS = 60_000
/** Events of one partition in a window of 15 minutes; a tick follows them. */
const SLICE = (15 * SENSORS) / PARTITIONS
/** All of it is over by now, and younger than the two days that its partials are kept. */
const START = Date.now() - Math.ceil(RECORDS / SLICE + 2) * 15 * MINUTE_MS

/** Session timeout included, as the group waits for it before it gives a killed member's partitions to the next. */
const CRASH_LIMIT_S = 15
const STOP_LIMIT_S = 5
/** What the limits are for is a machine that has time for it: under load seconds are longer. */
const CORES = 2
/** … but not the processor time of a worker from its start to progress. */
const CPU_LIMIT_S = 8

const folder = mkdtempSync(path.join(tmpdir(), 'restart-city-'))
writeCityFolder(folder, [
  { name: 'restarts', schemaId: 9_001, sensors: SENSORS, partitions: PARTITIONS, isProtected: false, keepReadings: true },
])

const stack = useStack(() => ({ services: ['apply'], schemas: folder }))
const rows: string[] = []
/** Name, and seconds to progress, of what was done to a worker. */
const restarts: (readonly [string, number])[] = []
let stream: Stream
let producer: Producer
let worker: TestWorker
/** Events that each partition has. */
let written = 0

beforeAll(async () => {
  stream = (await loadCity(folder)).streams[0] as Stream
  producer = createKafka(stack().brokers, 'restart', createLog('test', 'silent')).producer()
  await producer.connect()
  while (written < RECORDS) await write(Math.min(SLICE, RECORDS - written))
  worker = start()
  await worker.caughtUp(stream.name, 600_000)
}, 840_000)

afterAll(async () => {
  await worker?.stop()
  await producer?.disconnect()
  rmSync(folder, { recursive: true, force: true })
  console.log([`restart with ${RECORDS} records in each of ${PARTITIONS} partitions`, ...rows].join('\n'))
})

function start(): TestWorker {
  return spawnWorker(stack(), { CITY_STREAMS: stream.name })
}

/** So many more events in each partition: every sensor once a minute of event time, then a tick. */
async function write(events: number): Promise<void> {
  const own = SENSORS / PARTITIONS
  const at = (i: number) => START + Math.floor(i / own) * MINUTE_MS
  const [from, to] = [written, written + events]
  await Promise.all(
    Array.from({ length: PARTITIONS }, (_, partition) =>
      writeBurst(producer, stream, {
        partition,
        from,
        to,
        at,
        sensor: (i) => `s${String((i % own) * PARTITIONS + partition).padStart(5, '0')}`,
      }),
    ),
  )
  written = to
  await writeTicks(producer, stream, at(to))
}

/** Seconds from `began` until the ledger certifies, in every partition, an event that came after the worker was gone. */
async function untilProgress(began: number): Promise<number> {
  const admin = stack().kafka.admin()
  await admin.connect()
  const before = await admin.fetchTopicOffsets(eventsTopic(stream.name))
  await admin.disconnect()
  for (;;) {
    await write(10)
    const certified = await certifiedOf(stack(), stream.name)
    if (before.every(({ partition, high }) => (certified.get(partition) ?? -1) >= Number(high))) return (performance.now() - began) / 1_000
    if (worker.child.exit !== null) throw new Error(`the worker ended: ${stack().log('worker').slice(-2_000)}`)
    await sleep(50)
  }
}

function note(what: string, seconds: number, wantedS: number): void {
  const load = loadAverage()
  const cpu = cpuSeconds(worker.child.pid)
  rows.push(
    `${what.padEnd(8)} ${seconds.toFixed(1)} s to progress (${wantedS} s wanted), ${cpu.toFixed(1)} s of processor time; load average ${load}`,
  )
  restarts.push([`worker: ${what}, ${RECORDS} records behind it in each partition`, seconds])
  expect(cpu).toBeLessThan(CPU_LIMIT_S)
  expect(seconds).toBeLessThan(wantedS * Math.max(1, load / CORES))
}

test('a killed worker is back at work within 15 s', async () => {
  const began = performance.now()
  worker.child.kill('SIGKILL')
  await worker.child.exited
  worker = start()
  note('kill -9', await untilProgress(began), CRASH_LIMIT_S)
})

test('a stopped worker is back at work within 5 s', async () => {
  await worker.stop()
  const began = performance.now()
  worker = start()
  note('SIGTERM', await untilProgress(began), STOP_LIMIT_S)
})

test('whoever came and went, every event is counted once', async () => {
  await worker.caughtUp(stream.name, 120_000)
  const [readings] = await storeRows<{ ids: number }>(stack(), `SELECT uniqExact(event_id) AS ids FROM city.${stream.table}_readings`)
  const [partials] = await storeRows<{ events: number }>(stack(), `SELECT sum(count) AS events FROM city.${stream.table}_partials FINAL`)
  const events = written * PARTITIONS
  const [lost, twice] = [events - Number(readings?.ids), Number(partials?.events) - events]
  tellInjections(restarts.map(([fault, s]) => ({ fault, events, lost, twice, wrongWindows: 0, recoveryMs: s * 1_000 })))
  expect([lost, twice]).toEqual([0, 0])
})

import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadCity, type Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BAYS, bayEvents, counted, lasted, loadBays, reportsOf, writeBays } from '../support/bays.ts'
import { useStack } from '../support/stack-hooks.ts'
import { spawnWorker, workerCommand } from '../support/worker.ts'

const schemas = mkdtempSync(path.join(os.tmpdir(), 'city-bays-'))
writeBays(schemas)
const { start: START, sizeMs: SIZE } = BAYS
const MINUTE = 60_000
/** Up to here windows are closed at the end: the last tick less the lateness. */
const CLOSED = Math.floor((START + (BAYS.minutes - 10) * MINUTE) / SIZE) * SIZE
const events = bayEvents()

const stack = useStack({ schemas, services: ['apply', 'query'], clock: '2023-06-05T06:00:00Z@1' })
let stream: Stream

beforeAll(async () => {
  const city = await loadCity(schemas)
  stream = city.streams[0] as Stream
})
afterAll(() => rmSync(schemas, { recursive: true, force: true }))

interface Row {
  readonly sensor: string
  readonly start: number
  readonly [figure: string]: unknown
}

async function rows(): Promise<Row[]> {
  const query = `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, * EXCEPT (sensor, window, size, rev, status, origin, bridges, policy, noise_sd)
    FROM city.made_bays_windows FINAL ORDER BY sensor, start`
  return (await stack().store.query({ query, format: 'JSONEachRow' })).json<Row>()
}

/** What every closed window with reports must show, in the tables' units. */
function expectedRows() {
  return BAYS.sensors.flatMap((sensor) => {
    const { energy, bay } = reportsOf(events, sensor)
    const starts = [...new Set(energy.map((r) => Math.floor(r.at / SIZE) * SIZE))].filter((start) => start < CLOSED)
    return starts.map((start) => {
      const meter = counted(energy, start, start + SIZE)
      const state = lasted(bay, start, start + SIZE)
      const ms = Object.fromEntries(Object.entries(state.duration).map(([label, minutes]) => [label, minutes * MINUTE]))
      const halves = (kWh: number | null) => (kWh === null ? null : kWh * 2)
      return {
        ...{ sensor, start, energy_count: meter.count, energy_sum: halves(meter.sum), energy_resets: meter.resets },
        ...{ energy_unknown: meter.unknown, energy_last: halves(meter.last), bay_count: state.count === 0 ? null : state.count },
        ...{ bay_duration: state.count === 0 ? {} : ms, bay_arrivals: state.count === 0 ? {} : state.arrivals, bay_last: state.last },
      }
    })
  })
}

test('a worker killed in between leaves what the reports say, however late they came', { timeout: 120_000 }, async () => {
  const producer = stack().kafka.producer()
  await producer.connect()
  let worker = spawnWorker(stack())
  const loading = loadBays(producer, stream, events)
  await sleep(1_500)
  await worker.child.stop(0)
  worker = spawnWorker(stack())
  await loading
  await worker.caughtUp('made-bays')
  await worker.stop()
  await producer.disconnect()
  const want = expectedRows()
  expect(want.length).toBeGreaterThan(200)
  const have = await rows()
  expect(have.map((r) => [r.sensor, r.start])).toEqual(want.map((r) => [r.sensor, r.start]))
  have.forEach((row, i) => expect(row).toMatchObject(want[i] as object))
})

test('rows that vanish come back: from the log, resumed at each chunk, and from the topic', { timeout: 60_000 }, async () => {
  const before = await rows()
  const lost = { clickhouse_settings: { mutations_sync: '2' } } as const
  await stack().store.command({ query: "ALTER TABLE city.made_bays_partials DELETE WHERE chunk > 0 AND sensor = 's00003'", ...lost })
  expect(workerCommand(stack(), 'reconcile', '--stream', 'made-bays', '--replay')).toMatch(/healed/)
  expect(await rows()).toEqual(before)
  await stack().store.command({ query: 'TRUNCATE TABLE city.made_bays_windows' })
  expect(workerCommand(stack(), 'rebuild', '--stream', 'made-bays')).toContain('nothing is missing')
  expect(await rows()).toEqual(before)
})

import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadCity, type Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeRows } from '../support/ask-stack.ts'
import { BAYS, bayEvents, counted, everyMinutes, lasted, loadBays, reportsOf, writeBays } from '../support/bays.ts'
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

const endOf = (at: number) => Math.floor(at / SIZE) * SIZE + SIZE
const NOW = START + BAYS.minutes * MINUTE

/**
 * Whether it is known at an instant what a sensor showed: for three of its intervals behind the window of its last report,
 * and from the start of a window in which it reports again.
 */
const known = (all: readonly { readonly at: number }[], hearing: number) => (at: number) => {
  const now = all.findLast((r) => r.at <= at)
  return now !== undefined && at < NOW && (at < endOf(now.at) + hearing || all.some((r) => r.at > at && r.at < endOf(at)))
}

const sum = (list: readonly Record<string, number>[]) => {
  const out: Record<string, number> = {}
  for (const one of list) for (const [label, n] of Object.entries(one)) out[label] = (out[label] ?? 0) + n
  return out
}

/** What a row must say, from the reports alone. */
function expectedRow(sensors: readonly string[], from: number, to: number, property: 'energy' | 'bay') {
  const each = sensors.map((sensor) => {
    const { energy, bay } = reportsOf(events, sensor)
    const of = property === 'bay' ? bay : energy
    const minutes = Array.from({ length: (to - from) / MINUTE }, (_, m) => from + m * MINUTE)
    const hearing = 3 * everyMinutes(sensor) * MINUTE
    const isKnown = minutes.some(known(of, hearing)) || of.some((r) => r.at >= from && r.at < to)
    const reporting = energy.some((r) => r.at < to && endOf(r.at) > Math.min(from, to - hearing))
    const last = of.findLast((r) => r.at < to)?.value
    return { isKnown, reporting, meter: counted(energy, from, to), state: lasted(bay, from, to, known(bay, hearing)), last }
  })
  const told = each.filter((e) => e.isKnown)
  const reporting = each.filter((e) => e.reporting).length
  const count = told.reduce((n, e) => n + (property === 'bay' ? e.state.count : e.meter.count), 0)
  if (told.length === 0 || (reporting === 0 && count === 0)) return { reporting, status: 'no_data', count: null, sum: null, last: null }
  const last = sensors.length === 1 ? (told[0]?.last ?? null) : null
  const final = to <= START + (BAYS.minutes - 10) * MINUTE && reporting === sensors.length
  if (property === 'energy') {
    const sums = told.flatMap(({ meter }) => (meter.count > 0 && meter.sum === null ? [] : [meter.sum ?? 0]))
    const total = sums.length === 0 ? null : sums.reduce((a, b) => a + b, 0)
    const unknown = told.reduce((n, { meter }) => n + meter.unknown, 0)
    const resets = total === null ? null : told.reduce((n, { meter }) => n + meter.resets, 0)
    return { reporting, count, last, sum: total, resets, status: final && unknown === 0 ? 'ok' : 'partial' }
  }
  const minutes = sum(told.map((e) => e.state.duration))
  const isWhole = Object.values(minutes).reduce((a, b) => a + b, 0) * MINUTE === sensors.length * (to - from)
  const duration = Object.fromEntries(Object.entries(minutes).map(([label, n]) => [label, n * 60]))
  return {
    reporting,
    count,
    last,
    duration,
    arrivals: sum(told.map((e) => e.state.arrivals)),
    status: final && isWhole ? 'ok' : 'partial',
  }
}

interface AnswerRow {
  readonly sensor: string | null
  readonly zone: string
  readonly from: string
  readonly to: string
}

async function ask(question: string): Promise<Response> {
  const response = await fetch(`${stack().url('query')}/v1/streams/made-bays/aggregates?${question}`)
  if (!response.ok) throw new Error(await response.text())
  return response
}

const ZONES: Readonly<Record<string, number>> = { north: 0, south: 1 }
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()

test.each(['energy', 'bay'] as const)(
  '%s by window, hour and zone: what is not said is filled from what was said before',
  { timeout: 60_000 },
  async (property) => {
    for (const [from, to, more] of [
      [0, 360, ''],
      [180, 240, '&sensor=s00001,s00003,s00004'],
      [30, 330, '&every=PT1H&tz=Asia/Kolkata&by=zone'],
      [0, 360, '&every=PT1H&by=all'],
      [345, 360, ''],
    ] as const) {
      const { rows: have } = (await (await ask(`property=${property}&from=${at(from)}&to=${at(to)}${more}&limit=1000`)).json()) as {
        rows: AnswerRow[]
      }
      expect(have.length).toBeGreaterThan(4)
      for (const row of have) {
        const sensors = row.sensor !== null ? [row.sensor] : BAYS.sensors.filter((_, i) => row.zone === null || i % 2 === ZONES[row.zone])
        const want = expectedRow(sensors, Date.parse(row.from), Date.parse(row.to), property)
        expect(row, `${property} ${row.sensor ?? row.zone} ${row.from} ${more}`).toMatchObject(want)
      }
    }
  },
)

test('CSV has the columns of the kind, maps as JSON; labels stand in the latest and in readings', async () => {
  const csv = await (await ask(`property=bay&from=${at(60)}&to=${at(75)}&sensor=s00001&format=csv`)).text()
  const [head, line] = csv.split('\r\n')
  expect(head).toMatch(/^sensor,zone,from,to,count,sum,min,max,mean,last,duration,arrivals,expected,/)
  const want = expectedRow(['s00001'], START + 60 * MINUTE, START + 75 * MINUTE, 'bay') as { duration: object }
  const json = /"(\{.*?\})"/.exec(line as string)?.[1]?.replaceAll('""', '"')
  expect(JSON.parse(json as string)).toEqual(want.duration)
  const [meter] = (await (await ask(`property=energy&from=${at(60)}&to=${at(75)}&format=csv`)).text()).split('\r\n')
  expect(meter).toMatch(/,last,resets,expected,/)
  const readings = await stack().store.query({
    query: "SELECT count() AS n FROM city.made_bays_readings FINAL WHERE bay IN ('free', 'taken', 'out_of_order')",
    format: 'JSONEachRow',
  })
  const came = events.filter((e) => e.comes <= BAYS.minutes && e.bay !== null).length
  expect(await readings.json()).toEqual([{ n: came }])
})

test('rows that vanish come back: from the log, resumed at each chunk, and from the topic', { timeout: 60_000 }, async () => {
  const before = await rows()
  const lost = { clickhouse_settings: { mutations_sync: '2' } } as const
  // What a resume differences the next windows against is certified too: some points are lost, others become other ones.
  const carried = () =>
    storeRows(stack(), 'SELECT * EXCEPT (appended) FROM city.made_bays_carries FINAL ORDER BY partition, chunk, sensor, property')
  const held = await carried()
  await stack().store.command({ query: "ALTER TABLE city.made_bays_partials DELETE WHERE chunk > 0 AND sensor = 's00003'", ...lost })
  await stack().store.command({ query: "ALTER TABLE city.made_bays_carries DELETE WHERE sensor = 's00003'", ...lost })
  await stack().store.command({ query: "ALTER TABLE city.made_bays_carries UPDATE value = '1' WHERE property = 'energy'", ...lost })
  const said = workerCommand(stack(), 'reconcile', '--stream', 'made-bays', '--replay')
  expect(said).toMatch(/points before the open windows .* healed/)
  expect(said).not.toMatch(/not healed/)
  expect(await rows()).toEqual(before)
  expect(await carried()).toEqual(held)
  expect(held.length).toBeGreaterThan(20)
  await stack().store.command({ query: 'TRUNCATE TABLE city.made_bays_windows' })
  expect(workerCommand(stack(), 'rebuild', '--stream', 'made-bays')).toContain('nothing is missing')
  expect(await rows()).toEqual(before)
})

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { mergePlans, type Outcome, planReplay, type Row, sendPlan, shippedGateway, shippedRows } from '@commonstream/fleet'
import { type Clock, cityClock } from '@commonstream/runtime'
import { type City, loadCity, type Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askQuery, healthOf, storeRows } from '../support/ask-stack.ts'
import { copyCity } from '../support/city-folder.ts'
import { compactorPayloads, environmentPayloads, type MadePayload, noisePayloads } from '../support/made-payloads.ts'
import type { StreamDetails } from '../support/mqtt-bridge.ts'
import { differences, expectedWindows, readDayKeys, type Reading, releasesOfWindows, windowKey } from '../support/oracle.ts'
import { published } from '../support/published-streams.ts'
import { useStack } from '../support/stack-hooks.ts'

// Every stream at once, over MQTT and HTTP: what was sent is accounted for to the last reading, and every figure is what
// one pass over the files gives. Four days in under a minute: a second of this machine is more than an hour there.
const END = Date.parse('2023-06-05T08:30:00+10:00')
const HOUR = 3_600_000
const SPEED = 4_000
// It begins well before the first reading, for the services to start, and ends when the last window has waited.
const CLOCK = `2023-06-02T20:00:00Z@${SPEED}/${new Date(END + 13 * HOUR).toISOString()}`
const CLOSED = END - HOUR

const STREAMS = readdirSync(fileURLToPath(new URL('../../schemas/streams', import.meta.url)))
/** How many days later than in the fleet's replay, so that all end within the last day. */
const LATER: Readonly<Record<string, number>> = { 'bike-share': 2, 'parking-bays': 3, 'traffic-counts': 5 }
const BY_HTTP = ['bike-share', 'traffic-counts']

// The same contracts, but that a start of half a minute is a day and a half there.
const schemas = copyCity(mkdtempSync(path.join(os.tmpdir(), 'city-schemas-')), STREAMS)
for (const stream of STREAMS) {
  const file = path.join(schemas, 'streams', stream, 'contract.yaml')
  const text = readFileSync(file, 'utf8')
    .replace(/behind: P[17]D/, 'behind: P10D')
    .replace(/partials: P2D/, 'partials: P2D')
  writeFileSync(file, text.replace(/lateness: \w+, catchUp: \w+/, 'lateness: PT12H, catchUp: PT2M'))
}

const stack = useStack({ schemas, clock: CLOCK })
const MADE: Readonly<Record<string, readonly MadePayload[]>> = {
  environment: environmentPayloads(END - 20 * HOUR, CLOSED),
  'air-and-noise': noisePayloads(END - 20 * HOUR, CLOSED),
  'compactor-events': compactorPayloads(END - 20 * HOUR, CLOSED),
}

let city: City
let outcome: Outcome
/** HTTP: messages, and readings that were refused or taken, by stream. */
const posted = new Map<string, { messages: number; accepted: number; refused: number }>()

const rowsOf = (stream: string): readonly Row[] => MADE[stream] ?? shippedRows(stream, LATER[stream] ?? 0)
const expectedOf = (stream: string): { readings: readonly Reading[]; refused: Readonly<Record<string, number>> } =>
  MADE[stream] === undefined ? published(stream, LATER[stream] ?? 0) : { readings: MADE[stream].map((m) => m.reading), refused: {} }

beforeAll(async () => {
  city = await loadCity(schemas)
  const env = stack().env()
  const clock = cityClock(env['CITY_CLOCK'], Number(env['CITY_CLOCK_ORIGIN']))
  const plans = city.streams
    .filter(({ name }) => !BY_HTTP.includes(name))
    .map((stream) => {
      const gateway = MADE[stream.name] === undefined ? shippedGateway(stream.name) : `${stream.name}-gateway`
      return planReplay(rowsOf(stream.name), {
        stream,
        seed: 7,
        shuffleMs: 600_000,
        duplicates: 0.02,
        ...(gateway !== null && { gateway }),
      })
    })
  const [sent] = await Promise.all([
    sendPlan(mergePlans(plans), { url: stack().url('mqtt'), clock, patienceMs: 60_000 }),
    ...BY_HTTP.map((stream) => postAll(stream, clock)),
  ])
  outcome = sent
  await closed(CLOSED)
}, 240_000)

afterAll(() => rmSync(schemas, { recursive: true, force: true }))

/** POSTs a stream's polls, each at its time and once more, and an error page that a feed once gave. */
async function postAll(stream: string, clock: Clock): Promise<void> {
  const polls = [...Map.groupBy(rowsOf(stream), ({ at }) => at)].toSorted(([a], [b]) => a - b)
  const bodies = polls.map(([at, rows]) => [at, JSON.stringify(pageOf(stream, rows))] as const)
  for (const [at, body] of [...bodies.flatMap((b) => [b, b]), [0, '404 Not Found'] as const]) {
    while (clock.now() < at) await sleep(50)
    await post(stream, body)
  }
}

function pageOf(stream: string, rows: readonly Row[]): unknown {
  const payloads = rows.map(({ payload }) => payload as { last_updated?: number; data?: { stations: unknown[] } })
  if (stream !== 'bike-share') return { success: true, result: { records: payloads, total: payloads.length } }
  return { last_updated: payloads[0]?.last_updated, ttl: 2, data: { stations: payloads.flatMap((p) => p.data?.stations ?? []) } }
}

async function post(stream: string, body: string): Promise<void> {
  const address = `http://127.0.0.1:${stack().ports.push}/v1/streams/${stream}/readings`
  const response = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const told = (await response.json()) as { accepted?: number; refused?: number }
  const before = posted.get(stream) ?? { messages: 0, accepted: 0, refused: 0 }
  const refused = response.status === 400 ? 1 : (told.refused ?? 0)
  posted.set(stream, { messages: before.messages + 1, accepted: before.accepted + (told.accepted ?? 0), refused: before.refused + refused })
  if (![202, 400, 422].includes(response.status)) throw new Error(`${stream}: ${response.status} ${JSON.stringify(told)}`)
}

/** Waits until the windows of every stream are closed up to an instant. */
async function closed(until: number): Promise<void> {
  let open: unknown
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
    const rows = await storeRows<{ stream: string; w: number }>(
      stack(),
      'SELECT stream, min(w) AS w FROM (SELECT stream, partition, max(toUnixTimestamp64Milli(watermark_at)) AS w FROM city.ledger FINAL GROUP BY stream, partition) GROUP BY stream',
    )
    open = rows.filter(({ stream, w }) => Number(w) - latenessOf(stream) < until)
    if (rows.length === city.streams.length && (open as unknown[]).length === 0) return
  }
  throw new Error(`windows are not closed up to ${new Date(until).toISOString()}: ${JSON.stringify(open)}`)
}

const latenessOf = (name: string) => streamOf(name).time.latenessMs
const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream

interface Account {
  readonly stream: string
  readonly messages: number
  /** Readings that the bridge was given; those it stored are the events in Kafka. */
  readonly readings: number
  readonly events: number
  readonly stored: number
  readonly duplicate: number
  readonly late: number
  readonly clamped: number
  readonly rejected: number
  readonly refused: Readonly<Record<string, number>>
}

async function accounts(): Promise<Account[]> {
  const { details } = await healthOf<{ streams: Record<string, StreamDetails> }>(stack(), 'bridge')
  const counted = await storeRows<Record<string, number | string>>(
    stack(),
    'SELECT stream, sum(records) AS records, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(rejected) AS rejected, sum(late) AS late, sum(clamped) AS clamped FROM city.accounting FINAL GROUP BY stream',
  )
  const quarantined = await storeRows<{ stream: string; reason: string; n: number }>(
    stack(),
    'SELECT stream, reason, count() AS n FROM city.quarantine FINAL GROUP BY stream, reason ORDER BY reason',
  )
  return city.streams.map(({ name }) => {
    const row = counted.find(({ stream }) => stream === name) ?? {}
    const sum = (column: string) => Number(row[column] ?? 0)
    const { received, stored: events, refused } = details.streams[name] as StreamDetails
    expect(
      Object.fromEntries(quarantined.filter((q) => q.stream === name).map((q) => [q.reason, Number(q.n)])),
      `${name} in quarantine`,
    ).toEqual(refused)
    expect(received - Object.values(refused).reduce((a, b) => a + b, 0), `${name} at the bridge`).toBe(events)
    expect(sum('records'), `${name} in Kafka`).toBe(events)
    expect(sum('stored') + sum('duplicate') + sum('rejected'), `${name} at the worker`).toBe(events)
    const sends = outcome.streams.find(({ stream }) => stream === name)?.acknowledged ?? 0
    const messages = sends + (posted.get(name)?.messages ?? 0)
    const figures = {
      stored: sum('stored'),
      duplicate: sum('duplicate'),
      late: sum('late'),
      clamped: sum('clamped'),
      rejected: sum('rejected'),
    }
    return { stream: name, messages, readings: received, events, ...figures, refused }
  })
}

test('what was sent is accounted for, to the last reading', async () => {
  expect(outcome).toMatchObject({ complete: true, reason: null })
  const found = await accounts()
  console.table(
    found.map(({ refused, ...rest }) => ({ ...rest, ...Object.fromEntries(Object.entries(refused).map(([r, n]) => [`refused ${r}`, n])) })),
  )
  for (const { stream, stored, refused, rejected } of found) {
    const want = expectedOf(stream)
    const distinct = new Set(want.readings.map((r) => JSON.stringify(r)))
    expect([stream, stored, rejected]).toEqual([stream, distinct.size, 0])
    for (const [reason, least] of Object.entries(want.refused))
      expect(refused[reason] ?? 0, `${stream} ${reason}`).toBeGreaterThanOrEqual(least)
    if (Object.keys(want.refused).length === 0 && !BY_HTTP.includes(stream)) expect(refused).toEqual({})
  }
})

describe('every figure is what one pass over the files gives', () => {
  test.each(STREAMS)('%s: the windows, one by one', async (name) => {
    const stream = streamOf(name)
    const properties = stream.properties.filter((p) => p.aggregates.length > 0)
    const figures = properties.flatMap(({ name: p, aggregates: a }) => [
      `sum(${p}_count) AS ${p}_count`,
      ...(a.includes('sum') || a.includes('mean') ? [`sum(${p}_sum) AS ${p}_sum`] : []),
      ...(a.includes('min') ? [`min(${p}_min) AS ${p}_min`] : []),
      ...(a.includes('max') ? [`max(${p}_max) AS ${p}_max`] : []),
      ...(a.includes('last') ? [`argMaxIf(${p}_last, ${p}_last_at, ${p}_count > 0) AS ${p}_last`] : []),
    ])
    const merged = await storeRows<Record<string, number | string | null>>(
      stack(),
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS events, ${figures.join(', ')} FROM city.${stream.table}_partials FINAL GROUP BY sensor, window`,
    )
    const want = expectedWindows(
      expectedOf(name).readings,
      properties.map((p) => p.name),
      stream.window.sizeMs,
    )
    const have = new Map(merged.map((row) => [windowKey(String(row['sensor']), Number(row['start'])), row]))
    const wrong = [...new Set([...want.keys(), ...have.keys()])].filter((key) => !isSame(want.get(key), have.get(key), stream))
    console.log(
      `${name}: ${expectedOf(name).readings.length} readings, ${want.size} windows of ${properties.length} properties, ${wrong.length} differences`,
    )
    expect(wrong.slice(0, 3).map((key) => [key, want.get(key), have.get(key)])).toEqual([])
  })

  test('the releases of the protected stream are its windows plus their noise', async () => {
    const stream = streamOf('pedestrian-counts')
    const policy = stream.disclosure as NonNullable<Stream['disclosure']>
    const from = Date.parse('2023-06-04T23:00:00+10:00')
    const sizeMs = stream.window.sizeMs
    const properties = stream.properties.map((p) => p.name)
    const released = {
      stream: stream.name,
      sensors: stream.sensors.map((s) => s.id),
      properties,
      sizeMs,
      policy: policy.policy,
      epsilon: policy.epsilon,
    }
    const windows = expectedWindows(expectedOf(stream.name).readings, properties, sizeMs)
    const want = releasesOfWindows(released, windows, readDayKeys(stack().dir, stream.name), from, CLOSED)
    const have = await storeRows<{ sensor: string; start: number; d1: number; d2: number }>(
      stack(),
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, direction_1_sum AS d1, direction_2_sum AS d2 FROM city.pedestrian_counts_windows FINAL WHERE start >= ${from} AND start < ${CLOSED}`,
    )
    const found = new Map(
      have.flatMap(
        (r) =>
          [
            [`${r.sensor}|${r.start}|direction_1`, Number(r.d1)],
            [`${r.sensor}|${r.start}|direction_2`, Number(r.d2)],
          ] as const,
      ),
    )
    expect(differences(want, found)).toEqual([])
  })

  test('… and what the API answers: a day of every property, hour by hour', async () => {
    const [from, to] = [END - 24 * HOUR + 1_800_000, END - HOUR - 1_800_000]
    const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
    for (const stream of city.streams.filter((s) => s.disclosure === null)) {
      const readings = expectedOf(stream.name).readings
      for (const property of stream.properties.filter((p) => p.aggregates.some((a) => ['sum', 'min', 'max'].includes(a)))) {
        const address = `/v1/streams/${stream.name}/aggregates?property=${property.name}&every=PT1H&tz=UTC&by=all&${range}&view=internal`
        const { rows } = await askQuery<{ rows: { from: string; count: number | null; min: number | null; max: number | null }[] }>(
          stack(),
          address,
          'operations',
        )
        const windows = expectedWindows(
          readings.map((r) => ({ ...r, values: { [property.name]: r.values[property.name] ?? null } })),
          [property.name],
          HOUR,
        )
        const byHour = Map.groupBy(windows.values(), (w) => w.start)
        const counts = rows.map((row) => row.count ?? 0)
        const all = expectedCounts(readings, property.name)
        expect([stream.name, property.name, counts]).toEqual([
          stream.name,
          property.name,
          rows.map((row) => all.get(Date.parse(row.from)) ?? 0),
        ])
        for (const row of rows) {
          const hour = (byHour.get(Date.parse(row.from)) ?? [])
            .map((w) => w.figures[property.name])
            .filter((f) => f !== undefined && f.count > 0)
          const extreme = (pick: 'min' | 'max', of: (...n: number[]) => number) =>
            hour.length === 0 ? null : of(...hour.map((f) => f?.[pick] as number))
          const units = (value: number | null) => (value === null ? null : Number((value * Number(property.resolution)).toFixed(6)))
          if (property.aggregates.includes('min')) expect(row.min).toBe(units(extreme('min', Math.min)))
          if (property.aggregates.includes('max')) expect(row.max).toBe(units(extreme('max', Math.max)))
        }
      }
    }
  })
})

/** How many readings say something of a property, by hour; equal ones of a sensor at one instant are one. */
function expectedCounts(readings: readonly Reading[], property: string): Map<number, number> {
  const once = new Map(readings.map((r) => [JSON.stringify(r), r]))
  const hours = new Map<number, number>()
  for (const r of once.values()) {
    if (r.values[property] === null || r.values[property] === undefined) continue
    const hour = Math.floor(r.at / HOUR) * HOUR
    hours.set(hour, (hours.get(hour) ?? 0) + 1)
  }
  return hours
}

function isSame(
  want: ReturnType<typeof expectedWindows> extends Map<string, infer W> ? W | undefined : never,
  have: Record<string, number | string | null> | undefined,
  stream: Stream,
): boolean {
  if (want === undefined || have === undefined || Number(have['events']) !== want.events) return false
  return stream.properties.every(({ name, aggregates }) => {
    const figures = want.figures[name]
    if (aggregates.length === 0 || figures === undefined) return true
    const found = (what: string) => (have[`${name}_${what}`] === null ? null : Number(have[`${name}_${what}`]))
    if (found('count') !== figures.count) return false
    if (figures.count === 0) return true
    if ((aggregates.includes('sum') || aggregates.includes('mean')) && found('sum') !== figures.sum) return false
    if (aggregates.includes('min') && found('min') !== figures.min) return false
    if (aggregates.includes('max') && found('max') !== figures.max) return false
    return !aggregates.includes('last') || figures.last.includes(found('last') as number)
  })
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type City, loadCity, type Stream } from '@commonstream/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TWO } from '@commonstream/schemas/support/two-streams.ts'
import { copyCity } from '../support/city-folder.ts'
import { runFleet } from '../support/fleet-process.ts'
import {
  differences,
  type ExpectedFigures,
  expectedReleases,
  expectedTransitions,
  expectedWindows,
  readDayKeys,
  windowKey,
} from '../support/oracle.ts'
import { publishedBins, publishedPedestrians } from '../support/published.ts'
import { useStack } from '../support/stack-hooks.ts'

// A night of two cities in a minute and a half: 500 times its speed, so a second of this machine is 8 minutes there.
const SPEED = 500
// It begins two hours before the first window that is looked at: fourteen seconds for the services to start.
const CLOCK = `2023-06-04T21:00:00+10:00@${SPEED}/2023-06-05T09:30:00+10:00`

// The same contracts, but for times that a restart of two seconds, which is a quarter of an hour there, asks for.
const schemas = mkdtempSync(path.join(os.tmpdir(), 'city-schemas-'))
copyCity(schemas)
for (const stream of TWO) {
  const file = path.join(schemas, 'streams', stream, 'contract.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('lateness: PT10M, catchUp: PT2M', 'lateness: PT50M, catchUp: PT2H'))
}

const stack = useStack({ schemas, clock: CLOCK })
let city: City
let fleet: { code: number | null; said: string }
/** How long the bridge was away at each kill, in minutes of the city's clock. */
const bridgeAway: number[] = []

/** Sends the night: shuffled within the lateness, one message in twenty twice. */
const replay = () => runFleet(stack().env(), 'replay', '--shuffle', '25', '--duplicates', '0.05', '--seed', '11', '--timeout', '60')

async function rows<T>(query: string): Promise<T[]> {
  return (await stack().store.query({ query, format: 'JSONEachRow' })).json<T>()
}

/** Waits until a stream's windows are closed up to an instant and everything in the log is certified. */
async function closed(stream: string, until: number): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
    const [row] = await rows<{ w: number }>(
      `SELECT min(w) AS w FROM (SELECT partition, max(toUnixTimestamp64Milli(watermark_at)) AS w FROM city.ledger FINAL WHERE stream = '${stream}' GROUP BY partition)`,
    )
    if (row !== undefined && row.w >= until) return
  }
  throw new Error(`the windows of ${stream} are not closed up to ${new Date(until).toISOString()}`)
}

beforeAll(async () => {
  city = await loadCity(schemas)
  const sending = replay()
  for (const [part, afterMs] of [
    ['worker', 12_000],
    ['bridge', 9_000],
    ['worker', 11_000],
    ['bridge', 11_000],
    ['worker', 8_000],
  ] as const) {
    await sleep(afterMs)
    const killed = Date.now()
    await stack().kill(part, 'SIGKILL')
    await stack().waitReady(part)
    if (part === 'bridge') bridgeAway.push(((Date.now() - killed) * SPEED) / 60_000)
  }
  fleet = await sending
  await closed('pedestrian-counts', Date.parse('2023-06-05T08:55:00+10:00'))
  await closed('bin-levels', Date.parse('2023-06-05T08:55:00+10:00'))
  await sleep(2_000)
}, 300_000)

afterAll(() => rmSync(schemas, { recursive: true, force: true }))

/** Says how many differences there are, and hands them on. */
function told(what: string, wrong: string[]): string[] {
  console.log(`${what}, ${wrong.length} differences`)
  return wrong
}

const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream

test('every message is acknowledged, the fleet says', () => {
  expect(fleet.said).toContain('Every message is acknowledged')
  expect(fleet.code).toBe(0)
})

describe('what is stored is what one pass over the files gives', () => {
  test.each([
    ['pedestrian-counts', publishedPedestrians(), ['direction_1', 'direction_2']],
    ['bin-levels', publishedBins(), ['fullness']],
  ] as const)('%s: the internal aggregates, row by row', async (name, readings, properties) => {
    const stream = streamOf(name)
    const sizeMs = stream.window.sizeMs
    const columns = properties.flatMap((p) => {
      const more = stream.properties.find((x) => x.name === p)?.aggregates.includes('last')
      const sum = `sum(${p}_sum) AS ${p}_sum, sum(${p}_count) AS ${p}_count`
      return more ? [sum, `min(${p}_min) AS ${p}_min, max(${p}_max) AS ${p}_max, argMax(${p}_last, ${p}_last_at) AS ${p}_last`] : [sum]
    })
    const merged = await rows<Record<string, number | string>>(
      `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS events, ${columns.join(', ')} FROM city.${stream.table}_partials FINAL GROUP BY sensor, window`,
    )
    const shape = (events: number, figures: (p: string) => Partial<ExpectedFigures>) =>
      JSON.stringify([
        events,
        ...properties.map((p) => figures(p)).map((f) => [f.count, f.sum, f.min ?? null, f.max ?? null, f.last ?? null]),
      ])
    const gauge = name === 'bin-levels'
    const want = new Map(
      [...expectedWindows(readings, [...properties], sizeMs)].map(([key, w]) => [
        key,
        shape(w.events, (p) =>
          gauge ? (w.figures[p] as ExpectedFigures) : { count: w.figures[p]?.count as number, sum: w.figures[p]?.sum as number },
        ),
      ]),
    )
    const have = new Map(
      merged.map((r) => [
        windowKey(String(r['sensor']), Number(r['start'])),
        shape(Number(r['events']), (p) => ({
          count: Number(r[`${p}_count`]),
          sum: Number(r[`${p}_sum`]),
          ...(gauge && { min: Number(r[`${p}_min`]), max: Number(r[`${p}_max`]), last: [Number(r[`${p}_last`])] }),
        })),
      ]),
    )
    expect(told(`${name}: ${readings.length} readings, ${want.size} windows`, differences(want, have))).toEqual([])
  })

  test('the releases are the recomputed windows plus the recomputed noise, empty atoms included', async () => {
    const stream = streamOf('pedestrian-counts')
    const policy = stream.disclosure as NonNullable<Stream['disclosure']>
    const released = await rows<{ sensor: string; start: number; status: string; d1: number; d2: number }>(
      'SELECT sensor, toUnixTimestamp(window) * 1000 AS start, status, direction_1_sum AS d1, direction_2_sum AS d2 FROM city.pedestrian_counts_windows FINAL',
    )
    const from = Date.parse('2023-06-04T23:00:00+10:00')
    const to = Date.parse('2023-06-05T08:00:00+10:00')
    const protectedStream = {
      stream: stream.name,
      sensors: stream.sensors.map((s) => s.id),
      properties: ['direction_1', 'direction_2'],
      sizeMs: stream.window.sizeMs,
      policy: policy.policy,
      epsilon: policy.epsilon,
    }
    const want = expectedReleases(protectedStream, publishedPedestrians(), readDayKeys(stack().dir, stream.name), from, to)
    const within = released.filter((r) => r.start >= from && r.start < to)
    const have = new Map(
      within.flatMap(
        (r) =>
          [
            [`${r.sensor}|${r.start}|direction_1`, r.d1],
            [`${r.sensor}|${r.start}|direction_2`, r.d2],
          ] as const,
      ),
    )
    expect(told(`releases: ${want.size} atoms of ${stream.sensors.length} sensors`, differences(want, have))).toEqual([])
    // The bridge was away for more than ten minutes while sensors held their readings back: no window of the outage is zero.
    console.log(`the bridge was away for ${bridgeAway.map((m) => m.toFixed(0)).join(' and ')} minutes of the city's time`)
    expect(bridgeAway.every((minutes) => minutes > 10)).toBe(true)
    expect(within.every((r) => r.status === 'ok')).toBe(true)
  })

  test('the windows of the bins are published as they are', async () => {
    const want = new Map(
      [...expectedWindows(publishedBins(), ['fullness'], 3_600_000)].map(([key, w]) => [
        key,
        `${w.events} ${w.figures['fullness']?.min} ${w.figures['fullness']?.max} ${w.figures['fullness']?.last[0]}`,
      ]),
    )
    const have = await rows<Record<string, number | string>>(
      "SELECT sensor, toUnixTimestamp(window) * 1000 AS start, count, fullness_min AS lo, fullness_max AS hi, fullness_last AS last FROM city.bin_levels_windows FINAL WHERE status = 'ok'",
    )
    expect(
      differences(
        want,
        new Map(have.map((r) => [windowKey(String(r['sensor']), Number(r['start'])), `${r['count']} ${r['lo']} ${r['hi']} ${r['last']}`])),
      ),
    ).toEqual([])
  })

  test('a full bin fires and is cleared, each once', async () => {
    const want = expectedTransitions(
      publishedBins(),
      (r) => Number(r.values['fullness']) >= 8,
      (r) => Number(r.values['fullness']) < 6,
    )
    const have = await rows<{ sensor: string; at: number; transition: string }>(
      "SELECT subject AS sensor, toUnixTimestamp64Milli(at) AS at, transition FROM city.alerts FINAL WHERE rule = 'full'",
    )
    const line = (t: { sensor: string; at: number; transition: string }) => `${t.sensor} ${t.at} ${t.transition}`
    expect(have.map(line).sort()).toEqual(want.map(line).sort())
  })
})

test('the accounts add up: what was acknowledged is stored once or counted as its repetition', async () => {
  for (const [stream, readings] of [
    ['pedestrian-counts', publishedPedestrians()],
    ['bin-levels', publishedBins()],
  ] as const) {
    const [sum] = await rows<Record<string, number>>(
      `SELECT sum(records) AS records, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(rejected) AS rejected FROM city.accounting FINAL WHERE stream = '${stream}'`,
    )
    expect(sum?.['stored']).toBe(readings.length)
    expect(sum?.['rejected']).toBe(0)
    expect(sum?.['records']).toBe((sum?.['stored'] as number) + (sum?.['duplicate'] as number))
    expect(sum?.['duplicate']).toBeGreaterThan(readings.length / 40)
    const chunks = await rows<{ partition: number; chunk: number; last: number }>(
      `SELECT partition, chunk, last FROM city.ledger FINAL WHERE stream = '${stream}' ORDER BY partition, chunk`,
    )
    const next = new Map<number, number>()
    for (const c of chunks) {
      expect(c.chunk).toBe(next.get(c.partition) ?? 0)
      next.set(c.partition, c.last + 1)
    }
  }
  expect(await rows('SELECT reason, count() AS n FROM city.quarantine GROUP BY reason')).toEqual([])
})

test('the public answer holds nothing below the threshold, operations see the counts', async () => {
  const ask = async (view: string, headers: Record<string, string> = {}) => {
    const range = `from=${encodeURIComponent('2023-06-05T03:00:00+10:00')}&to=${encodeURIComponent('2023-06-05T04:00:00+10:00')}`
    const response = await fetch(
      `${stack().url('query')}/v1/streams/pedestrian-counts/aggregates?property=direction_1&every=PT15M&by=sensor&${range}${view}`,
      { headers },
    )
    expect(response.status).toBe(200)
    return ((await response.json()) as { rows: { sum: number | null; status: string }[] }).rows
  }
  const open = await ask('')
  expect(open.length).toBe(73 * 4)
  expect(open.filter((r) => r.status === 'suppressed').length).toBeGreaterThan(200)
  for (const row of open) expect(row.status === 'ok' ? (row.sum as number) >= 18 : row.sum === null).toBe(true)
  const inside = await ask('&view=internal', { authorization: `Bearer ${stack().tokens.operations}` })
  const want = publishedPedestrians().filter(
    (r) => r.at >= Date.parse('2023-06-05T03:00:00+10:00') && r.at < Date.parse('2023-06-05T04:00:00+10:00'),
  )
  expect(inside.reduce((sum, r) => sum + (r.sum ?? 0), 0)).toBe(want.reduce((sum, r) => sum + Number(r.values['direction_1']), 0))
})

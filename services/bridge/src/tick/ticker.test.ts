import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, PartBoard, type Stop } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeIntake, type TestIntake } from '../../../../test/support/mqtt-endpoint.ts'
import type { Moment } from '../moments.ts'
import type { Source } from '../source.ts'
import type { Hearing } from './hearing.ts'
import { ListenedFile } from './listened-file.ts'
import { Ticker } from './ticker.ts'
import { soon } from '../../../../test/support/mqtt-soon.ts'

let dir: string
let stop: Stop | undefined
let made: TestIntake
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'bridge-ticker-'))
})
afterEach(async () => {
  made.log.acknowledges = true
  await stop?.()
  await rm(dir, { recursive: true })
})

/** What the ticker asks of a source, set by hand. */
class Ear implements Source {
  readonly name = 'ear'
  listening = true
  oldestHeld: Moment | null = null
  readonly details = { connections: 0, heldBytes: 0, unacknowledgedBytes: 0 }
  start(): Promise<Stop> {
    return Promise.resolve(() => Promise.resolve())
  }
}

interface Starting {
  readonly listenedBefore?: boolean
  readonly now?: () => number
  readonly pace?: number
  readonly catchUpMs?: number
  readonly stallMs?: number
  readonly hearing?: Hearing
}

async function start(o: Starting = {}) {
  made = await makeIntake({ now: o.now ?? Date.now, pace: o.pace ?? 1 })
  const ear = new Ear()
  const board = new PartBoard()
  const ticker = new Ticker({
    ...{ bridge: 'b-7', streams: made.streams, publisher: made.publisher, source: ear, moments: made.moments, board },
    pace: { everyMs: 20, stallMs: o.stallMs ?? 3_000, catchUpMs: () => o.catchUpMs ?? 300 },
    polls: { of: (stream) => (stream.name === 'bin-levels' ? (o.hearing ?? null) : null) },
    file: new ListenedFile(dir, 'b-7'),
    listenedBefore: o.listenedBefore ?? false,
    real: Date.now,
    log: createLog('test', 'silent'),
  })
  stop = await ticker.start()
  return { ear, board, ticker }
}

const ticks = () =>
  made.log.records.map(({ topic, partition, record }) => {
    expect([record.key, record.value, record.headers?.['kind'], record.headers?.['bridge']]).toEqual([null, null, 'tick', 'b-7'])
    return { place: `${topic}/${partition}`, asOf: Number(record.headers?.['asOf']) }
  })

test('the first start ever ticks at once, in every partition of every stream', async () => {
  const { ticker } = await start()
  const places = made.streams.flatMap((s) => Array.from({ length: s.partitions }, (_, p) => `city.${s.name}.events/${p}`))
  await soon(() => new Set(ticks().map((t) => t.place)).size).toBe(places.length)
  expect(new Set(ticks().map((t) => t.place))).toEqual(new Set(places))
  expect(Math.abs((ticks()[0]?.asOf ?? 0) - Date.now())).toBeLessThan(2_000)
  expect(ticker.catchUpUntil(made.stream)).toBeNull()
  // It ticks on while this is looked at: the last tick said is one of those that are, or are about to be, in the log.
  const last = ticker.lastTick?.asOf ?? 0
  await soon(() => ticks().some((t) => t.asOf === last)).toBe(true)
})

test('a bridge that has listened before waits for what was held back, and says until when', async () => {
  const begun = Date.now()
  const { ticker } = await start({ listenedBefore: true, catchUpMs: 400 })
  expect((ticker.catchUpUntil(made.stream) ?? 0) - begun).toBeGreaterThan(300)
  await sleep(200)
  expect(ticks()).toEqual([])
  await soon(() => ticks().length).toBeGreaterThan(0)
  expect(ticks()[0]?.asOf).toBeGreaterThan(begun + 399)
})

test('no tick while nobody can reach the bridge; what is held back in an inbox bounds what a tick says', async () => {
  const { ear } = await start()
  ear.listening = false
  await sleep(80)
  const before = ticks().length
  await sleep(80)
  expect(ticks()).toHaveLength(before)
  ear.oldestHeld = { city: Date.now() - 1_000, steady: performance.now() - 1_000 }
  ear.listening = true
  await soon(() => ticks().length).toBeGreaterThan(before)
  expect(ticks().at(-1)?.asOf).toBe(ear.oldestHeld.city - 1)
})

test('while Kafka acknowledges nothing there is one tick on its way, the board says so, and catchUp follows', async () => {
  const { board, ticker } = await start({ pace: 10, catchUpMs: 20_000 })
  await soon(() => ticks().length).toBeGreaterThan(0)
  made.log.acknowledges = false
  const state = () => board.reports.find((p) => p.name === 'kafka')
  await soon(() => state()?.state).toBe('waiting')
  expect(state()?.reason).toMatch(/nothing acknowledged for \d+ s/)
  const before = ticks().length
  made.log.acknowledges = true
  await soon(() => state()?.state).toBe('ready')
  expect(ticks().length - before).toBeLessThanOrEqual(made.streams.reduce((n, s) => n + s.partitions, 0))
  expect(ticker.catchUpUntil(made.stream)).not.toBeNull()
})

test('a clock that stands still at its end is said again and again', async () => {
  await start({ now: () => 5_000 })
  await soon(() => ticks().length).toBeGreaterThan(30)
  expect(new Set(ticks().map((t) => t.asOf))).toEqual(new Set([5_000]))
  expect(made.moments.now().city).toBe(5_001)
})

test('of a polled stream a tick says what its last good poll heard, and none comes while the feed is away and until catchUp is over', async () => {
  const hearing: { hears: boolean; heard: Moment | null } = { hears: true, heard: null }
  const { ticker } = await start({ hearing, stallMs: 1_000, catchUpMs: 300 })
  const ofBins = () => ticks().filter((t) => t.place.startsWith('city.bin-levels.'))
  const others = () => ticks().length - ofBins().length
  await soon(others).toBeGreaterThan(8)
  expect(ofBins()).toEqual([])
  hearing.heard = made.moments.clock()
  const first = hearing.heard.city
  await soon(() => ofBins().length).toBeGreaterThan(4)
  expect(new Set(ofBins().map((t) => t.asOf))).toEqual(new Set([first]))
  const bins = made.streams.find((s) => s.name === 'bin-levels') as Stream
  hearing.hears = false
  await soon(() => ticker.catchUpUntil(bins) !== null).toBe(true)
  const [before, else_] = [ofBins().length, others()]
  await soon(others).toBeGreaterThan(else_ + 8)
  expect(ofBins().length).toBe(before)
  hearing.heard = made.moments.clock()
  hearing.hears = true
  await soon(() => ofBins().length).toBeGreaterThan(before)
  expect(ofBins().at(-1)?.asOf).toBe(hearing.heard.city)
})

test('a stop leaves on disk when the bridge last listened', async () => {
  await start()
  const begun = Date.now()
  await stop?.()
  const { lastListened } = JSON.parse(await readFile(path.join(dir, 'bridge', 'b-7.json'), 'utf8')) as { lastListened: string }
  expect(Date.parse(lastListened)).toBeGreaterThanOrEqual(begun)
})

import { fileURLToPath } from 'node:url'
import { loadCity, type Stream } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { releaseWindow } from './disclosure/release.ts'
import { ReleasedMap } from '../resume/released-map.ts'
import { LAW } from './scale.ts'
import { type Entry, foldInto, MemoryStore, plain, recordsOf, resumeBehind, streamNamed } from './testing/memory-run.ts'

const city = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const bins = streamNamed(city, 'bin-levels')
const pedestrians = streamNamed(city, 'pedestrian-counts')
const MINUTE = 60_000
const START = Date.parse('2023-06-04T13:00:00Z')
const SENSORS = ['bin-01', 'bin-02', 'bin-03']

type Log = (Entry & { appended: number })[]

/** Random logs: disorder, repetition, very late events, two bridges' ticks, an outage now and then. */
const logs = (sensors: readonly string[], property: string, other?: string): fc.Arbitrary<Log> =>
  fc
    .array(
      fc.record({
        what: fc.integer({ min: 0, max: 9 }),
        step: fc.integer({ min: 0, max: 9 }),
        sensor: fc.constantFrom(...sensors),
        back: fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 }) },
        ),
        value: fc.integer({ min: 0, max: 10 }),
        again: fc.nat(20),
      }),
      { minLength: 5, maxLength: 160 },
    )
    .map((steps) => {
      const log: Log = []
      let now = START
      steps.forEach((s, id) => {
        now += s.step * MINUTE * (s.what === 9 ? 20 : 1)
        if (s.what >= 7) log.push({ bridge: s.what === 7 ? 'a' : 'b', asOf: now, appended: now + 1_000 })
        else if (s.what === 6 && log.length > s.again) {
          const old = log[log.length - 1 - s.again]
          if (old && 'sensor' in old) log.push({ ...old, appended: now + 1_000 })
        } else {
          const values = { [property]: s.value, ...(other !== undefined && { [other]: 10 - s.value }) }
          log.push({ at: now - s.back * MINUTE, sensor: s.sensor, id, values, appended: now + 1_000 })
        }
      })
      return log
    })

/** Figures per sensor and window by going over the events once, each id counted once: nothing of the fold is used. */
function recompute(log: Log, sizeMs: number, property: string) {
  const seen = new Set<number>()
  const out = new Map<string, { count: number; sum: number; min: number; max: number }>()
  for (const e of log) {
    if (!('sensor' in e) || seen.has(e.id)) continue
    seen.add(e.id)
    const key = `${e.sensor}|${e.at - (((e.at % sizeMs) + sizeMs) % sizeMs)}|${sizeMs}`
    const v = e.values[property] as number
    const was = out.get(key)
    out.set(
      key,
      was
        ? { count: was.count + 1, sum: was.sum + v, min: Math.min(was.min, v), max: Math.max(was.max, v) }
        : { count: 1, sum: v, min: v, max: v },
    )
  }
  return out
}

function run(stream: Stream, log: Log, flushes: readonly number[], options: Parameters<typeof foldInto>[2] = {}) {
  const store = new MemoryStore()
  const { fold, flush } = foldInto(store, stream, options)
  for (const record of recordsOf(stream, log)) {
    fold.step(record)
    if (flushes.includes(record.offset)) flush()
  }
  flush()
  return { store, fold }
}

test('partials merge to the batch recomputation, and every closed window shows it', () => {
  fc.assert(
    fc.property(logs(SENSORS, 'fullness'), fc.array(fc.nat(160), { maxLength: 8 }), (log, flushes) => {
      const { store, fold } = run(bins, log, flushes)
      const want = recompute(log, bins.window.sizeMs, 'fullness')
      const have = new Map([...store.merged()].map(([key, f]) => [key, { count: f.count, sum: f.n[1], min: f.n[2], max: f.n[3] }]))
      expect(have).toEqual(want)
      for (const [key, figures] of want) {
        const start = Number(key.split('|')[1])
        const row = store.windows.get(key)
        if (fold.frontier === null || start >= fold.frontier) expect(row).toBeUndefined()
        else expect(row?.value).toMatchObject({ count: figures.count })
      }
    }),
    { numRuns: 150 },
  )
})

test('flushing at other places changes nothing', () => {
  fc.assert(
    fc.property(logs(SENSORS, 'fullness'), fc.array(fc.nat(160), { maxLength: 20 }), (log, flushes) => {
      const once = run(bins, log, []).store
      const often = run(bins, log, flushes).store
      const values = (store: MemoryStore) => new Map([...store.windows].map(([key, { value }]) => [key, value]))
      expect(values(often)).toEqual(values(once))
      expect(often.transitions).toEqual(once.transitions)
    }),
    { numRuns: 60 },
  )
})

test('a fold that resumes at a chunk start goes on as if it had never stopped', () => {
  fc.assert(
    fc.property(logs(SENSORS, 'fullness'), fc.nat(), (log, pick) => {
      const records = recordsOf(bins, log)
      const whole = run(bins, log, [])
      const chunks = [...whole.store.ledger.keys()]
      if (chunks.length === 0) return
      const { store } = resumeBehind(chunks[pick % chunks.length] as number, { store: whole.store, records }, bins)
      expect(new Map([...store.merged()].map(([k, f]) => [k, plain(f)]))).toEqual(
        new Map([...whole.store.merged()].map(([k, f]) => [k, plain(f)])),
      )
      for (const [key, w] of store.windows) expect(whole.store.windows.get(key)?.value).toEqual(w.value)
      for (const [id, t] of store.transitions) expect(whole.store.transitions.get(id)).toEqual(t)
    }),
    { numRuns: 100 },
  )
})

const KEY = Buffer.alloc(32, 7)
const PEOPLE = ['3', '5', '9']

test('a protected stream releases every atom of every window once, whatever was late', () => {
  fc.assert(
    fc.property(logs(PEOPLE, 'direction_1', 'direction_2'), (log) => {
      const { store, fold } = run(pedestrians, log, [], { dayKey: () => KEY, released: new ReleasedMap(), sensors: PEOPLE })
      const firstTick = log.find((e) => 'bridge' in e) as { asOf: number } | undefined
      if (firstTick === undefined || fold.frontier === null) {
        expect(store.windows.size).toBe(0)
        return
      }
      const size = pedestrians.window.sizeMs
      const gaps = [...store.windows.values()].filter((w) => w.row.status === 'no_data').map((w) => w.row)
      for (let start = Math.ceil(firstTick.asOf / size) * size; start < fold.frontier; start += size) {
        if (gaps.some((g) => start >= g.start && start < g.start + g.sizeMs)) continue
        for (const sensor of PEOPLE)
          expect(store.windows.get(`${sensor}|${start}|${size}`)?.row).toMatchObject({ status: 'ok', rev: 0, figures: null })
      }
      for (const { row } of store.windows.values()) expect(row.start).toBeGreaterThanOrEqual(firstTick.asOf)
    }),
    { numRuns: 100 },
  )
})

test('the first release wins: a replay is silent, a changed value is withheld', () => {
  const log: Log = [
    { bridge: 'a', asOf: START, appended: START },
    { at: START + MINUTE, sensor: '3', id: 1, values: { direction_1: 40, direction_2: 2 }, appended: START + 2 * MINUTE },
    { bridge: 'a', asOf: START + 40 * MINUTE, appended: START + 40 * MINUTE },
  ]
  const released = new ReleasedMap()
  const o = { dayKey: () => KEY, released, sensors: ['3'] }
  const first = run(pedestrians, log, [], o).store
  const value = first.windows.get(`3|${START}|${pedestrians.window.sizeMs}`)?.value
  expect(run(pedestrians, log, [], o).store.withheld).toEqual([])
  const cut = log.filter((e) => !('sensor' in e))
  const second = run(pedestrians, cut, [], o).store
  expect(second.withheld).toEqual([{ why: 'conflict', sensor: '3', start: START, sizeMs: pedestrians.window.sizeMs }])
  expect(second.windows.get(`3|${START}|${pedestrians.window.sizeMs}`)?.value).toEqual(value)
  const doc = run(pedestrians, log, [], o).fold.documents.newest!
  expect(value).toEqual(releaseWindow(doc, KEY, '3', START, pedestrians.window.sizeMs, [40, 2]))
})

test('a chunk ends on the grid, at an hour and before a marker', () => {
  const log: Log = Array.from({ length: 5 }, (_, i) => ({ bridge: 'a', asOf: START + i, appended: START + i * 25 * MINUTE }))
  const { store } = run(bins, log, [])
  expect([...store.ledger].map(([chunk, row]) => [chunk, row.last])).toEqual([[0, 3]]) // 13:00 … 13:50, then 14:15
  const grid = new MemoryStore()
  const { fold } = foldInto(grid, bins)
  for (const record of recordsOf(bins, log))
    fold.step(record.offset === 0 ? record : { ...record, offset: LAW.chunkOffsets - 3 + record.offset, appended: START })
  expect([...grid.ledger].map(([chunk, row]) => [chunk, row.last])).toEqual([[0, LAW.chunkOffsets - 1]])
})

test('a clamped event that comes again beyond the horizon, at another instant, opens another alert', () => {
  const DAY = 24 * 60 * MINUTE
  const full = (at: number) => ({ at, sensor: 'bin-01', id: 1, values: { fullness: 100 }, clamped: true, appended: at })
  const empty = { at: START + MINUTE, sensor: 'bin-01', id: 2, values: { fullness: 0 }, appended: START + MINUTE }
  const store = new MemoryStore()
  const { fold } = foldInto(store, bins)
  for (const record of recordsOf(bins, [full(START), empty, full(START + 2 * DAY)])) fold.step(record)
  const told = [...store.transitions.values()].map((t) => (t as { transition: string }).transition)
  expect(told).toEqual(['firing', 'resolved', 'firing'])
})

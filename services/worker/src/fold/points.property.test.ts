import { fileURLToPath } from 'node:url'
import { loadCity } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Entry, foldInto, MemoryStore, recordsOf, resumeBehind, streamNamed } from './testing/memory-run.ts'
import { pointedStream, resolveRevisions } from './testing/pointed-run.ts'

const city = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const bins = streamNamed(city, 'bin-levels')
const stream = { ...pointedStream(bins), window: { sizeMs: 15 * 60_000 } }
const SIZE = stream.window.sizeMs
const MINUTE = 60_000
const START = Date.parse('2023-06-04T13:00:00Z')
const LABELS = ['free', 'occupied', 'unknown']

type Log = (Entry & { appended: number })[]

/** Random logs: disorder, repeated and very late reports, falls of the counter, bays that say nothing, two bridges' ticks. */
const logs: fc.Arbitrary<Log> = fc
  .array(
    fc.record({
      what: fc.integer({ min: 0, max: 9 }),
      step: fc.integer({ min: 0, max: 9 }),
      sensor: fc.constantFrom('bay-1', 'bay-2'),
      back: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 200 }) }),
      value: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 200 }) },
        { weight: 1, arbitrary: fc.integer({ min: 700, max: 999 }) },
      ),
      bay: fc.constantFrom(...LABELS, null),
      again: fc.nat(20),
    }),
    { minLength: 5, maxLength: 140 },
  )
  .map((steps) => {
    const log: Log = []
    let now = START
    steps.forEach((s, id) => {
      now += s.step * MINUTE
      if (s.what >= 7) log.push({ bridge: s.what === 7 ? 'a' : 'b', asOf: now, appended: now + 1_000 })
      else if (s.what === 6 && log.length > s.again) {
        const old = log[log.length - 1 - s.again]
        if (old && 'sensor' in old) log.push({ ...old, appended: now + 1_000 })
      } else {
        const values = { energy: s.value, ...(s.bay !== null && { bay: s.bay, note: s.bay }) }
        log.push({ at: now - s.back * MINUTE, sensor: s.sensor, id: id + 1, values, appended: now + 1_000 })
      }
    })
    return log
  })

type Seen = { at: number; id: number; value: number | string }

/** What was reported of one property by one sensor, in time order, each report once. */
function reports(log: Log, sensor: string, name: 'energy' | 'bay'): Seen[] {
  const seen = new Map<number, Seen>()
  for (const e of log) {
    if ('sensor' in e && e.sensor === sensor && e.values[name] !== undefined) seen.set(e.id, { at: e.at, id: e.id, value: e.values[name] })
  }
  return [...seen.values()].sort((a, b) => a.at - b.at || a.id - b.id)
}

/** From the definition: each report against the one before it, whichever window that is in. */
function counterOf(all: Seen[], start: number) {
  let [sum, known, resets, unknown] = [0, 0, 0, 0]
  const mine = all.filter((r) => r.at >= start && r.at < start + SIZE)
  for (const report of mine) {
    const before = all[all.indexOf(report) - 1]
    const [was, is] = [before?.value as number | undefined, report.value as number]
    if (was === undefined) unknown++
    else {
      known++
      if (is >= was) sum += is - was
      else if (was >= 750 && is < 250) sum += 1_000 - was + is
      else {
        resets++
        sum += is
      }
    }
  }
  const last = mine.at(-1)!
  return { kind: 'counter', count: mine.length, sum: known > 0 ? sum : null, resets, unknown, last: last.value, lastAt: last.at }
}

/** From the definition: the state of every minute (reports are on whole minutes), the transitions by looking at neighbours. */
function stateOf(all: Seen[], start: number) {
  const mine = all.filter((r) => r.at >= start && r.at < start + SIZE)
  const duration = new Map<string, number>()
  for (let at = start; at < start + SIZE; at += MINUTE) {
    const now = all.filter((r) => r.at <= at).at(-1)
    if (now !== undefined) duration.set(now.value as string, (duration.get(now.value as string) ?? 0) + MINUTE)
  }
  const arrivals = new Map<string, number>()
  for (const report of mine) {
    const before = all[all.indexOf(report) - 1]
    if (before !== undefined && before.value !== report.value)
      arrivals.set(report.value as string, (arrivals.get(report.value as string) ?? 0) + 1)
  }
  const last = mine.at(-1)!
  return { kind: 'state', count: mine.length, duration, arrivals, last: last.value, lastAt: last.at }
}

async function run(log: Log, flushes: readonly number[]) {
  const store = new MemoryStore()
  const { fold, flush } = foldInto(store, stream)
  for (const record of recordsOf(stream, log)) {
    fold.step(record)
    if (flushes.includes(record.offset)) flush()
  }
  flush()
  await resolveRevisions(store, stream)
  return { store, fold }
}

const changesOf = (store: MemoryStore) => new Map([...store.windows].map(([key, { row }]) => [key, row.changes]))

test('every closed window shows what its reports say, however late they came and wherever chunks and flushes cut', async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.array(fc.nat(140), { maxLength: 10 }), async (log, flushes) => {
      const { store, fold } = await run(log, flushes)
      for (const sensor of ['bay-1', 'bay-2']) {
        const [energy, bay] = [reports(log, sensor, 'energy'), reports(log, sensor, 'bay')]
        const starts = [...new Set(energy.map((r) => Math.floor(r.at / SIZE) * SIZE))]
        for (const start of starts) {
          const row = store.windows.get(`${sensor}|${start}|${SIZE}`)?.row
          if (fold.frontier === null || start >= fold.frontier) {
            expect(row).toBeUndefined()
            continue
          }
          const inBay = bay.some((r) => r.at >= start && r.at < start + SIZE)
          expect(row?.changes).toEqual([counterOf(energy, start), inBay ? stateOf(bay, start) : null, null])
        }
        const before = (all: Seen[]) => all.filter((r) => fold.frontier !== null && r.at < fold.frontier).at(-1)
        const carried = fold.carries.list().filter((c) => c.sensor === sensor)
        const want = [
          ['bay', before(bay)],
          ['energy', before(energy)],
        ] as const
        expect(carried.map((c) => [c.property, c.point.at, c.point.value])).toEqual(
          want.flatMap(([name, r]) => (r === undefined ? [] : [[name, r.at, r.value]])),
        )
      }
    }),
    { numRuns: 150 },
  )
})

test('flushing at other places leaves the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.array(fc.nat(140), { maxLength: 20 }), async (log, flushes) => {
      const [once, often] = [await run(log, []), await run(log, flushes)]
      expect(changesOf(often.store)).toEqual(changesOf(once.store))
      const revs = (store: MemoryStore) => new Map([...store.windows].map(([key, { row }]) => [key, row.rev]))
      expect(revs(often.store)).toEqual(revs(once.store))
    }),
    { numRuns: 60 },
  )
})

test('a fold that resumes at a chunk start goes on as if it had never stopped', async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.nat(), async (log, pick) => {
      const whole = await run(log, [])
      const chunks = [...whole.store.ledger.keys()]
      if (chunks.length === 0) return
      const chunk = chunks[pick % chunks.length] as number
      const { store, fold } = resumeBehind(chunk, { store: whole.store, records: recordsOf(stream, log) }, stream)
      await resolveRevisions(store, stream)
      for (const [key, changes] of changesOf(store)) expect(whole.store.windows.get(key)?.row.changes).toEqual(changes)
      expect(fold.carries.fingerprint()).toEqual(whole.fold.carries.fingerprint())
    }),
    { numRuns: 80 },
  )
})

test('after a rebuild the first increment is not known, and the row says so; what came before it is not taken for it', async () => {
  const event = (minute: number, energy: number, id: number, appended = minute): Log[number] => ({
    ...{ at: START + minute * MINUTE, sensor: 'bay-1', id, values: { energy, bay: 'free' } },
    appended: START + appended * MINUTE,
  })
  const log: Log = [
    event(20, 400, 1),
    event(5, 100, 2, 21),
    event(40, 460, 3),
    { bridge: 'a', asOf: START + 90 * MINUTE, appended: START + 90 * MINUTE },
  ]
  const store = new MemoryStore()
  const { fold, flush } = foldInto(store, stream)
  for (const [i, record] of recordsOf(stream, log).entries()) {
    if (i === 1) fold.frontier = fold.begin = START + 15 * MINUTE
    fold.step(record)
  }
  flush()
  await resolveRevisions(store, stream)
  const rows = [...store.windows.values()].map(({ row }) => [(row.start - START) / MINUTE, row.changes?.[0]])
  expect(rows).toEqual([
    [15, expect.objectContaining({ sum: null, unknown: 1, last: 400 })],
    [30, expect.objectContaining({ sum: 60, unknown: 0, last: 460 })],
  ])
})

test('points count in the bound of memory', () => {
  const log: Log = Array.from({ length: 160 }, (_, id) => ({
    at: START + id,
    sensor: 'bay-1',
    id,
    values: { energy: id, bay: 'free' },
    appended: START,
  }))
  const { fold } = foldInto(new MemoryStore(), stream)
  for (const record of recordsOf(stream, log)) fold.step(record)
  expect(fold.windows.held).toBe(1 + 2 * (160 / 8))
})

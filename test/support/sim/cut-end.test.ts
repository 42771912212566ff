import { createLog } from '@commonstream/runtime'
import { foldDocumentOf } from '@commonstream/schemas'
import { RowWriter } from '@commonstream/worker/flush/row-writer.ts'
import { INTENTS } from '@commonstream/worker/flush/tables.ts'
import { rebuildPartitions } from '@commonstream/worker/rebuild/rebuild-partition.ts'
import { expect, test } from 'vitest'
import { supervise } from './crash-worker.ts'
import { makeLog } from './made-log.ts'
import { Oracle } from './oracle.ts'
import { simCities } from './sim-city.ts'
import { SimProcess } from './sim-process.ts'
import { Simulation } from './simulation.ts'

// A log loses its end after that was folded, and other records take its place: what a power cut does to a single broker.

const START = Date.UTC(2026, 10, 25, 12)
const cities = await simCities()

/** Several chunks, of which the last is open and holds more than four records. */
let sim: Simulation
let context: (typeof sim.city.contexts)[number]
let end = 0

const log = () => sim.kafka.partition(context.eventsTopic, 0)
const ledger = () => sim.store.rows('ledger').toSorted((a, b) => Number(a['chunk']) - Number(b['chunk']))
const run = (done: () => boolean) => sim.scheduler.run(done, sim.scheduler.steps + 20_000)

async function rebuild() {
  const documents = [foldDocumentOf(sim.stream, null)]
  const ports = sim.ports(new SimProcess('rebuild', sim.scheduler))
  const rebuilding = rebuildPartitions({ ports, context, log: createLog('test', 'silent'), documents, keys: {} }, [0])
  let rebuilt: Awaited<typeof rebuilding> | undefined
  void rebuilding.then((result) => (rebuilt = result))
  expect(await run(() => rebuilt !== undefined)).toBe(true)
  return rebuilt![0]!
}

test('a worker has folded a log, and stops', async () => {
  sim = new Simulation({ seed: 4, city: cities(false, 1), start: START })
  context = sim.city.contexts[0]!
  makeLog(sim, START, { to: 72 })
  end = log().end
  const worker = supervise(sim)
  expect(await run(() => Number(ledger().at(-1)?.['last']) === end - 1)).toBe(true)
  worker.stop()
  expect(await run(() => worker.stopped)).toBe(true)
})

test('a log that ends before what was folded, or has other records there, is a position lost', async () => {
  const cut = end - 4
  sim.kafka.truncate(context.eventsTopic, 0, cut)
  const early = supervise(sim)
  expect(await run(() => early.reports[0]?.state === 'lost')).toBe(true)
  expect(early.reports[0]?.reason).toContain(`the log ends at ${cut}, and the record at ${end - 1} is in the results`)
  early.stop()
  await run(() => early.stopped)

  makeLog(sim, START, { from: 76, to: 190 })
  const before = sim.store.rows('open_1_partials')
  const late = supervise(sim)
  expect(await run(() => late.reports[0]?.state === 'lost')).toBe(true)
  expect(late.reports[0]?.reason).toContain(`the record at ${end - 1} is not the one in the results`)
  late.stop()
  await run(() => late.stopped)
  expect(sim.store.rows('open_1_partials')).toEqual(before)
})

test('a rebuild goes on behind it, names the offsets that are in no result, and leaves good rows alone', async () => {
  const last = ledger().at(-1)!
  const before = sim.store.rows('open_1_partials')
  const { resumesAt, gap } = await rebuild()
  expect(resumesAt).toBeGreaterThan(end - 1)
  expect(gap).toEqual({ from: Number(last['chunk']), to: resumesAt - 1 })
  expect(sim.store.rows('data_gaps')).toMatchObject([{ partition: 0, from_offset: gap!.from, to_offset: gap!.to }])

  const worker = supervise(sim)
  expect(await run(() => Number(ledger().at(-1)?.['last']) === log().end - 1)).toBe(true)
  worker.stop()
  await run(() => worker.stopped)
  const rows = new Set(sim.store.rows('open_1_partials').map((r) => JSON.stringify(r)))
  for (const row of before) expect(rows).toContain(JSON.stringify(row))
  const begin = (JSON.parse(String(ledger().find((r) => r['chunk'] === resumesAt)?.['watermark'])) as { begin: number }).begin
  const want = [...new Oracle(context, 0).fold(log().records).windows.values()].flatMap((said) => said.slice(-1))
  const closed = want.filter((w) => w.start >= begin && w.sensor !== '').map((w) => [w.sensor, w.start, w.rev, w.group?.count])
  const have = sim.store.rows('open_1_windows').map((r) => [r['sensor'], Number(r['window']), r['rev'], r['count']])
  expect(closed.length).toBeGreaterThan(5)
  for (const window of closed) expect(have).toContainEqual(window)
})

// Nobody told it that the log's end is gone and that the partition is another's; it writes what it had read.
test('what a worker that was away announces after its successor shows too, though the successor reached further', async () => {
  const open = ledger().at(-1)!
  const [chunk, last] = [Number(open['chunk']), Number(open['last'])]
  expect([open['complete'], last - chunk >= 2]).toEqual([false, true])
  const w = new RowWriter()
  w.string(sim.stream.name)
  w.u16(0)
  w.i64(chunk)
  w.string('another')
  w.i64(last - 1)
  w.string('f'.repeat(32))
  w.endRow()
  sim.store.insert(INTENTS, w.content, false)
  const next = supervise(sim)
  expect(await run(() => next.reports[0]?.state === 'lost')).toBe(true)
  expect(next.reports[0]?.reason).toContain(`the record at ${last - 1} is not the one in the results`)
  next.stop()
  await run(() => next.stopped)

  makeLog(sim, START, { from: 200, to: 320 })
  const { resumesAt, gap } = await rebuild()
  expect(resumesAt).toBeGreaterThan(last)
  expect(gap).toEqual({ from: chunk, to: resumesAt - 1 })
})

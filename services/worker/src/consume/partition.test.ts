import { fileURLToPath } from 'node:url'
import { loadCity } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import type { PartitionSink } from '../flush/partition-sink.ts'
import { recordId } from '../fold/record.ts'
import { foldInto, MemoryStore, recordsOf, streamNamed } from '../fold/testing/memory-run.ts'
import type { LogRecord } from '../fold/types.ts'
import type { LogBatch } from '../ports/log-port.ts'
import type { Witness } from '../resume/ledger-row.ts'
import { Partition } from './partition.ts'

const bins = streamNamed(await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url))), 'bin-levels')
const AT = Date.parse('2023-06-04T13:00:00Z')

const batchOf = (records: readonly LogRecord[]): LogBatch => ({
  partition: 0,
  length: records.length,
  at: (index) => records[index] as LogRecord,
  end: (records.at(-1)?.offset ?? -1) + 1,
  isStale: () => false,
  done: () => undefined,
  heartbeat: async () => undefined,
})

/** A marker and events, one a second. */
const logOf = (events: number): LogRecord[] =>
  recordsOf(
    bins,
    Array.from({ length: events }, (_, id) => ({ at: AT + id * 1_000, sensor: 'bin-01', id, values: { fullness: 1 }, appended: AT })),
  )

/** A partition that reads from `warmFrom` and folds from `from`. */
function start(o: { from?: number; warmFrom?: number; expectedId?: string | null; witnesses?: readonly Witness[] } = {}) {
  const store = new MemoryStore()
  const { fold } = foldInto(store, bins)
  const partition = new Partition(0)
  const { from = 0, warmFrom = 0, expectedId = null, witnesses = [] } = o
  // Whoever takes rows out of the fold is not asked by a partition itself.
  const sink = { certified: { offset: -1, appended: 0 } } as PartitionSink
  partition.begin({ fold, sink, keyring: null, from, warmFrom, expectedId, witnesses, owner: 'this' })
  return { partition, fold, store }
}

test('a document of an algorithm that this worker does not know stops the partition there, and nothing behind it is folded', () => {
  const [marker, ...events] = logOf(10)
  const document = JSON.parse(String(marker?.value)) as object
  const later = { ...(marker as LogRecord), offset: 5, value: Buffer.from(JSON.stringify({ ...document, algorithm: 2_000 })) }
  const { partition, fold } = start()
  const log = [marker as LogRecord, ...events.filter((e) => e.offset < 5), later, ...events.filter((e) => e.offset > 5)]
  expect(partition.take(batchOf(log))).toMatchObject({ state: 'paused', reason: expect.stringContaining('algorithm 2000') })
  expect([partition.next, fold.events]).toEqual([6, 4])
})

test('a batch that is nothing but garbage pauses the partition', () => {
  const [marker, ...events] = logOf(600)
  const { partition, fold } = start()
  expect(partition.take(batchOf([marker as LogRecord]))).toBeNull()
  const garbage = events.map((event) => ({ ...event, value: Buffer.from('garbage') }))
  expect(partition.take(batchOf(garbage))).toMatchObject({ state: 'paused', reason: expect.stringContaining('refused') })
  expect(fold.rejected).toBe(600)
})

test('records that vanish from the log, and a log that begins again, are seen at once', () => {
  const log = logOf(20)
  const { partition } = start()
  expect(partition.take(batchOf(log.slice(0, 5)))).toBeNull()
  partition.resolved()
  expect(partition.take(batchOf(log.slice(8)))).toMatchObject({ state: 'astray', reason: 'the log went on at 8, 5 was next' })
  expect(partition.take(batchOf(log.slice(0, 3)))).toMatchObject({ state: 'astray', reason: 'the log began again at 0, 5 was next' })
})

test('records that come twice around a seek are folded once', () => {
  const log = logOf(20)
  const { partition, fold, store } = start()
  for (const [from, to] of [
    [0, 10],
    [4, 12],
    [12, 21],
  ] as const)
    expect(partition.take(batchOf(log.slice(from, to)))).toBeNull()
  expect([fold.events, store.readings]).toEqual([20, 20])
})

test('what is warmed leaves no trace but its ids, and must end with the record that the ledger certifies', () => {
  const log = logOf(20)
  const again = log.map((record, i) => (i < 11 ? record : { ...(log[i - 10] as LogRecord), offset: record.offset }))
  const certified = recordId(log[10] as LogRecord)
  const good = start({ from: 11, expectedId: certified })
  good.fold.loadDocuments([JSON.parse(String(log[0]?.value))], {})
  expect(good.partition.take(batchOf(again))).toBeNull()
  // Offsets 11 to 20 repeat what was warmed.
  expect([good.fold.events, good.store.readings, good.partition.state]).toEqual([10, 0, 'folding'])
  const anew = start({ from: 11, expectedId: recordId(log[3] as LogRecord) })
  expect(anew.partition.take(batchOf(again))).toMatchObject({ state: 'lost', reason: expect.stringContaining('created anew') })
  expect(anew.store.readings).toBe(0)
})

test('before anything is taken, the log must hold the last record that is in the results', () => {
  const log = logOf(20)
  const id = recordId(log[7] as LogRecord)
  const { partition } = start({ witnesses: [{ offset: 7, id }] })
  expect(partition.start).toBe(7)
  expect(partition.looksBack(batchOf(log.slice(7)))).toBe(true)
  expect(partition.start).toBe(0)
  expect(partition.looksBack(batchOf(log))).toBe(false)
  expect(partition.take(batchOf(log))).toBeNull()

  const other = [...log.slice(0, 7), ...log.slice(8).map((r) => ({ ...r, offset: r.offset - 1 }))]
  const lost = { state: 'lost', reason: expect.stringContaining('the record at 7 is not the one in the results') }
  expect(start({ witnesses: [{ offset: 7, id }] }).partition.looksBack(batchOf(other.slice(7)))).toMatchObject(lost)
  // Written anew between the look and the fold.
  const late = start({ witnesses: [{ offset: 7, id }] }).partition
  expect(late.looksBack(batchOf(log.slice(7)))).toBe(true)
  expect(late.take(batchOf(other))).toMatchObject(lost)
})

test('every record up to which results may reach is compared, not only the last', () => {
  const log = logOf(20)
  const witness = (offset: number, id = recordId(log[offset] as LogRecord)) => ({ offset, id })
  const looked = (witnesses: readonly Witness[]) => {
    const { partition, fold } = start({ witnesses })
    expect(partition.looksBack(batchOf(log.slice(9)))).toBe(true)
    return { halt: partition.take(batchOf(log)), events: fold.events }
  }
  expect(looked([witness(2), witness(5), witness(5), witness(9)])).toEqual({ halt: null, events: 20 })
  const lost = { state: 'lost', reason: expect.stringContaining('the record at 5 is not the one in the results') }
  expect(looked([witness(2), witness(5), witness(5, 'f'.repeat(32)), witness(9)])).toMatchObject({ halt: lost, events: 4 })
})

test("a new leader's log is looked at where the old one's was folded to, and only then", () => {
  const under = (term: number, records: readonly LogRecord[]) => records.map((r) => ({ ...r, term }))
  const log = logOf(20)
  const { partition } = start()
  expect(partition.take(batchOf(under(1, log.slice(0, 5))))).toBeNull()
  partition.resolved()
  expect(partition.looksBack(batchOf(under(1, log.slice(5, 8))))).toBe(false)
  const next = batchOf(under(2, log.slice(5, 8)))
  expect([partition.looksBack(next), partition.start]).toEqual([true, 4])
  expect(partition.looksBack(next)).toMatchObject({ state: 'astray', reason: 'the log has no record at 4 any more' })
  const again = batchOf([...under(1, log.slice(4, 5)), ...under(2, log.slice(5, 8))])
  expect([partition.looksBack(again), partition.take(again), partition.next]).toEqual([false, null, 8])
  partition.resolved()
  expect(partition.looksBack(batchOf(under(2, log.slice(8))))).toBe(false)

  const cut = under(
    3,
    [log[9] as LogRecord, ...log.slice(8)].map((r, i) => ({ ...r, offset: 7 + i })),
  )
  expect(partition.looksBack(batchOf(cut.slice(1)))).toBe(true)
  expect(partition.take(batchOf(cut))).toMatchObject({ state: 'astray', reason: 'the record at 7 is another than was taken' })
})

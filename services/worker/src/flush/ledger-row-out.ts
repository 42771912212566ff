import type { ChunkCounts } from '../fold/chunk.ts'
import type { PartitionFold } from '../fold/partition-fold.ts'
import type { RowWriter } from './row-writer.ts'

/** An open chunk is not resumed from, so its row certifies no state. */
const NONE = { count: 0, hash: '' }
const NOT_CERTIFIED = { open: NONE, states: NONE, carries: NONE }

/** Writes the ledger row of a chunk: what the results hold up to `fold.last`, and what a resume must find. */
export function writeLedgerRow(
  w: RowWriter,
  o: {
    readonly stream: string
    readonly partition: number
    readonly chunk: number
    readonly complete: boolean
    readonly counts: ChunkCounts
    readonly fold: PartitionFold
    readonly lastId: string
    readonly keys: Readonly<Record<string, string>>
  },
): void {
  const { fold, complete, counts } = o
  const { open, states, carries } = complete ? fold.fingerprint() : NOT_CERTIFIED
  const mark = fold.watermark.save()
  w.string(o.stream)
  w.u16(o.partition)
  w.i64(o.chunk)
  w.i64(2 * fold.last + (complete ? 1 : 0))
  w.i64(fold.last)
  w.bool(complete)
  w.u16(fold.documents.newest?.algorithm ?? 1)
  for (const n of [counts.records, counts.stored, counts.duplicates, counts.rejected, counts.late, counts.clamped]) w.i64(n)
  w.uuid(counts.ids)
  w.string(fold.documents.json)
  w.string(JSON.stringify({ ...mark, frontier: fold.frontier, begin: fold.begin, schemas: fold.reader.since }))
  if (!w.isNull(mark.watermark === null)) w.time(mark.watermark as number)
  for (const { count, hash } of [open, states, carries]) {
    w.i64(count)
    w.string(hash)
  }
  w.string(JSON.stringify(o.keys))
  w.string(o.lastId)
  w.time(mark.appended)
  w.endRow()
}

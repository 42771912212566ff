import { CityError, type Log } from '@commonstream/runtime'
import type { FoldDocument } from '@commonstream/schemas'
import { writeLedgerRow } from '../flush/ledger-row-out.ts'
import { RowWriter } from '../flush/row-writer.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import { DATA_GAPS, LEDGER } from '../flush/tables.ts'
import { ChunkCounts } from '../fold/chunk.ts'
import type { LogRecord } from '../fold/types.ts'
import type { Ports } from '../ports/ports.ts'
import { foldFor } from '../resume/fold-for.ts'
import { ReleasedMap } from '../resume/released-map.ts'
import { type CutEnd, cutEnd } from './cut-end.ts'
import { NO_SINK } from './no-sink.ts'
import { WarmUp } from './warm-up.ts'

export interface RebuildOptions {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock'>
  readonly context: StreamContext
  readonly log: Log
  /** Every fold document that infra put into the stream's log. */
  readonly documents: readonly FoldDocument[]
  /** Commitments of the day keys that the ledger knew; kept in the new row. */
  readonly keys: Readonly<Record<string, string>>
}

/** What became of one partition. `gap`: offsets that are in no result, both included; null: none. */
export interface Rebuilt {
  readonly partition: number
  readonly resumesAt: number
  readonly gap: { readonly from: number; readonly to: number } | null
}

/**
 * Finds where each partition can be folded from again, certifies that place and commits it (protocol section 10). The
 * worker then resumes there as after any restart. Where the log still begins at 0 that is 0, and nothing is missing; where
 * its end was cut off, what was folded of it stands, and the first chunk is a later one.
 * @throws CityError `REBUILD_IMPOSSIBLE` where a log is still too short, `GROUP_IN_USE` while workers run
 */
export async function rebuildPartitions(o: RebuildOptions, partitions: readonly number[]): Promise<Rebuilt[]> {
  const { context, ports } = o
  const ends = new Map((await ports.kafka.ends(context.eventsTopic)).map((e) => [e.partition, e]))
  const cutEnds = new Map<number, CutEnd>()
  for (const partition of partitions) {
    const found = await cutEnd(o, ends.get(partition) ?? { partition, low: 0, high: 0 })
    if (found !== null) cutEnds.set(partition, found)
  }
  const whole = partitions.filter((p) => (ends.get(p)?.low ?? 0) === 0 && !cutEnds.has(p))
  const rest = partitions.filter((p) => !whole.includes(p))
  const warmUps = rest.length === 0 ? new Map<number, WarmUp>() : await warm(o, rest, cutEnds)
  const out: Rebuilt[] = []
  for (const partition of whole) {
    await commit(o, partition, 0)
    out.push({ partition, resumesAt: 0, gap: null })
  }
  for (const [partition, warmUp] of warmUps) out.push(await certify(o, partition, warmUp, cutEnds.get(partition)))
  return out.sort((a, b) => a.partition - b.partition)
}

async function warm(o: RebuildOptions, partitions: readonly number[], cutEnds: ReadonlyMap<number, CutEnd>): Promise<Map<number, WarmUp>> {
  const { context, ports } = o
  const begun = (p: number) => new WarmUp(context.isProtected, o.documents, context.scale, cutEnds.get(p)?.written)
  const warmUps = new Map(partitions.map((p) => [p, begun(p)]))
  await ports.kafka.readToEnd(context.eventsTopic, (partition, records: readonly LogRecord[]) => {
    const warmUp = warmUps.get(partition)
    return warmUp === undefined || warmUp.start !== null || records.some((record) => warmUp.take(record))
  })
  const short = partitions.filter((p) => warmUps.get(p)?.start === null)
  if (short.length > 0) throw tooShort(context.eventsTopic, short, cutEnds)
  return warmUps
}

function tooShort(topic: string, partitions: readonly number[], cutEnds: ReadonlyMap<number, CutEnd>): CityError {
  const where = (p: number) =>
    cutEnds.has(p) ? ` behind ${cutEnds.get(p)?.written}, up to where results stand that its records no longer give` : ''
  const need = partitions.map((p) => `${p}: the horizon of duplicates, ten minutes of ticks and the start of a chunk${where(p)}`)
  return new CityError(
    'REBUILD_IMPOSSIBLE',
    `${topic} is still too short. It must hold in partition ${need.join('; ')}. Run this again later.`,
  )
}

async function certify(o: RebuildOptions, partition: number, warmUp: WarmUp, cut: CutEnd | undefined): Promise<Rebuilt> {
  const { context, ports } = o
  const start = warmUp.start as number
  const fold = foldFor({ context, partition, sink: NO_SINK, keyring: null, released: new ReleasedMap() })
  fold.loadDocuments(warmUp.documents.list, warmUp.schemas)
  fold.watermark.load(warmUp.watermark.save())
  fold.frontier = fold.begin = warmUp.begin
  fold.last = start - 1
  const before = (await ports.store.certified(context.stream.name, partition))?.offset ?? -1
  const from = cut?.sound ?? before + 1
  const gap = from < start ? { from, to: start - 1 } : null
  const reason = cut === undefined ? HEAD_GONE : END_GONE
  if (gap !== null) await ports.store.insert(DATA_GAPS, gapRow(context.stream.name, partition, { ...gap, reason, at: ports.clock.now() }))
  const row = new RowWriter()
  // Named by the record before the first chunk: no chunk that was folded in full has its start and its end there.
  const place = { stream: context.stream.name, partition, chunk: start - 1, complete: true }
  writeLedgerRow(row, { ...place, counts: new ChunkCounts(), fold, lastId: warmUp.lastId, keys: o.keys })
  await ports.store.insert(LEDGER, row.content)
  await commit(o, partition, start)
  if (gap !== null) o.log.error({ stream: context.stream.name, partition, ...gap }, 'DATA_GAP')
  return { partition, resumesAt: start, gap }
}

async function commit({ ports, context }: RebuildOptions, partition: number, offset: number): Promise<void> {
  try {
    await ports.kafka.setCommitted(context.group, context.eventsTopic, partition, offset)
  } catch (error) {
    throw new CityError(
      'GROUP_IN_USE',
      `The position of ${context.group} cannot be set. Do workers of ${context.stream.name} still run? Stop them first.`,
      { cause: error },
    )
  }
}

const HEAD_GONE = 'the log before the rebuild no longer held them, or they only served to warm it up'
const END_GONE = 'the log lost its end after that was folded: results hold what was there, not what was written in its place'

function gapRow(stream: string, partition: number, gap: { from: number; to: number; reason: string; at: number }): Buffer {
  const w = new RowWriter()
  w.string(stream)
  w.u16(partition)
  w.i64(gap.from)
  w.i64(gap.to)
  w.string(gap.reason)
  w.time(gap.at)
  w.endRow()
  return w.content
}

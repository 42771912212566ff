import type { Log } from '@commonstream/runtime'
import { keepsPoints } from '@commonstream/schemas'
import type { StreamContext } from '../flush/stream-context.ts'
import { Carries } from '../fold/carries.ts'
import type { Ports } from '../ports/ports.ts'
import { type Carried, type ChunkSums, faultsOf, holesOf, keepsCarries, type Kept } from './chunk-sums.ts'
import { replayChunk } from './replay-chunk.ts'

export interface Mismatch {
  readonly stream: string
  readonly partition: number
  readonly chunk: number
  readonly faults: readonly string[]
  /** Whether its rows are as the ledger says after the replay; else why not. */
  readonly healed: true | string
  /** Events that stand elsewhere in the readings: repeated beyond the horizon. They are reported, not corrected. */
  readonly duplicateBeyond: number
}

export interface Reconciled {
  readonly chunks: number
  readonly mismatches: readonly Mismatch[]
  readonly holes: readonly string[]
}

export interface ReconcileOptions {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock' | 'random'>
  readonly context: StreamContext
  readonly log: Log
  readonly workerId: string
  /** Partitions that are looked at. */
  readonly partitions: readonly number[]
  /** Chunks appended since then (epoch ms). */
  readonly since: number
  /** False in a replay, whose tables keep everything. */
  readonly expires: boolean
}

/** Parameters travel in a request's address, which has a limit. */
const IDS_PER_QUESTION = 200

/**
 * Compares the ledger with the tables chunk by chunk (protocol section 14): coverage without hole or overlap, count and
 * xor of ids of the readings, counts of partials and accounts, the points before the open windows. What differs is replayed
 * from the log.
 */
export async function reconcile(o: ReconcileOptions): Promise<Reconciled> {
  const { context, ports } = o
  const { readingsMs, partialsMs, topicMs } = context.stream.retention
  const kept: Kept = { readingsMs, partialsMs, carriesMs: topicMs, now: o.expires ? ports.clock.now() : null }
  const read = async () =>
    (await ports.store.chunkSums({ stream: context.stream.name, table: context.stream.table, since: o.since })).filter((c) =>
      o.partitions.includes(c.partition),
    )
  const sums = await read()
  const mismatches: Mismatch[] = []
  for (const c of sums) {
    const faults = faultsOf(c, kept, await carriedOf(o, c, kept))
    if (faults.length === 0) continue
    const replayed = await replayChunk(o, c)
    if (typeof replayed === 'string') {
      mismatches.push(mismatch(o, c, faults, replayed, 0))
      continue
    }
    const after = (await read()).find((x) => x.partition === c.partition && x.chunk === c.chunk)
    const left = after === undefined ? ['it is gone from the ledger'] : faultsOf(after, kept, await carriedOf(o, after, kept))
    const beyond = left.some(isOfReadings) ? await repeatedBeyond(o, c, replayed.ids) : 0
    const still = left.filter((fault) => beyond === 0 || !isOfReadings(fault))
    mismatches.push(mismatch(o, c, faults, still.length === 0 ? true : still.join('; '), beyond))
  }
  return { chunks: sums.length, mismatches, holes: holesOf(sums) }
}

/** What stands of a chunk's points before the open windows; null: there is nothing that must. */
async function carriedOf({ ports, context: { stream } }: ReconcileOptions, c: ChunkSums, kept: Kept): Promise<Carried | null> {
  if (!stream.properties.some(keepsPoints) || !keepsCarries(c, kept)) return null
  const carries = new Carries()
  carries.load(await ports.store.carries(stream.table, c.partition, c.chunk, c.last))
  return carries.fingerprint()
}

const isOfReadings = (fault: string) => fault.includes('readings')

/** How many events of a chunk stand elsewhere in the readings: their repetition, beyond the horizon, replaced their row. */
async function repeatedBeyond({ ports, context }: ReconcileOptions, c: ChunkSums, ids: readonly string[]): Promise<number> {
  let found = 0
  for (let from = 0; from < ids.length; from += IDS_PER_QUESTION) {
    const some = ids.slice(from, from + IDS_PER_QUESTION)
    found += await ports.store.idsElsewhere({
      table: context.stream.table,
      partition: c.partition,
      chunk: c.chunk,
      last: c.last,
      ids: some,
    })
  }
  return found
}

function mismatch(o: ReconcileOptions, c: ChunkSums, faults: readonly string[], healed: true | string, duplicateBeyond: number): Mismatch {
  return { stream: o.context.stream.name, partition: c.partition, chunk: c.chunk, faults, healed, duplicateBeyond }
}

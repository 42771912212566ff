import { type Log, reasonOf, retry } from '@commonstream/runtime'
import { type FoldDocument, keepsPoints } from '@commonstream/schemas'
import type { Keyring } from '../consume/keyring.ts'
import type { Resumed } from '../consume/partition.ts'
import { PartitionSink, type SinkOptions } from '../flush/partition-sink.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import type { PartitionFold } from '../fold/partition-fold.ts'
import type { OpenWindow } from '../fold/windows.ts'
import { PATIENCE } from '../patience.ts'
import type { Ports } from '../ports/ports.ts'
import { foldFor } from './fold-for.ts'
import type { LedgerRow, Witness } from './ledger-row.ts'
import { type Position, resumeAt } from './position.ts'
import type { ReleasedMap } from './released-map.ts'
import { witnessesOf } from './witness.ts'

/** How often a store that does not yet show what the ledger certifies (a lagging replica) is asked again. */
const READ_BACK_TRIES = 10
const READ_BACK_WAIT_MS = 1_000

interface Place {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock' | 'random'>
  readonly context: StreamContext
  readonly log: Log
  readonly partition: number
}

export interface ResumeOptions extends Place {
  /** A chunk start instead of the group's committed offset: to replay that chunk. */
  readonly at?: number
  readonly keyring: Keyring | null
  readonly released: ReleasedMap
  readonly sink: Omit<SinkOptions, 'context' | 'partition' | 'keys' | 'owner'>
}

/**
 * Brings a partition's fold to the state that it had at the committed chunk start, verified against the ledger
 * (protocol section 10). Returns why the position is lost where that cannot be done.
 */
export async function resumePartition(o: ResumeOptions): Promise<Resumed | string> {
  const { context, partition } = o
  const asked = await tried(o, () => readOffsets(o))
  const offsets = o.at === undefined ? asked : { ...asked, committed: o.at }
  const inLog = offsets.committed > 0 && offsets.committed >= offsets.low && offsets.committed <= offsets.high
  const row = inLog ? await certifyingRow(o, offsets.committed) : null
  const limits = context.isProtected ? context.scale.protectedHorizon : context.scale.horizon
  const since = (appended: number) => tried(o, () => o.ports.kafka.offsetAt(context.eventsTopic, partition, appended - limits.ageMs))
  const recent = row === null ? null : await since(row.appended)
  const position: Position = { ...offsets, certified: row !== null, recent }
  const resume = resumeAt(position, limits)
  if ('lost' in resume) return resume.lost
  const ask = () => witnessesOf(o.ports.store, context.stream.name, partition, resume.from)
  const witnesses = o.at === undefined ? await tried(o, ask) : []
  const last = witnesses.at(-1)
  const cut = last === undefined ? null : await cutOff(o, last, offsets.high)
  if (cut !== null) return cut
  const owner = o.ports.random(8).toString('hex')
  const { fold, sink } = makeFold(o, owner)
  if (row !== null) {
    const fault = await readBack(o, fold, row, offsets.committed)
    if (fault !== null) return fault
  }
  return { fold, sink, keyring: o.keyring, ...resume, expectedId: row?.lastId ?? null, witnesses, owner }
}

/** Whether another worker has announced, since a partition was resumed here, that it writes results of it. */
export async function othersWrote(o: Place, { from, owner, witnesses }: Resumed): Promise<boolean> {
  const announced = await tried(o, () => o.ports.store.intended(o.context.stream.name, o.partition, from))
  const isKnown = (w: Witness) => witnesses.some(({ offset, id }) => offset === w.offset && id === w.id)
  return announced.some((intent) => intent.owner !== owner && !isKnown(intent))
}

/**
 * Whether the log ends before what is in the results: its end was cut off, as by a leader that had not all of it. A new
 * leader says so too until it knows how far its log is acknowledged, so it is asked for a stated time.
 */
async function cutOff(o: ResumeOptions, { offset }: Witness, end: number): Promise<string | null> {
  let high = end
  for (let attempt = 1; high <= offset; attempt++) {
    if (attempt === READ_BACK_TRIES) return `the log ends at ${high}, and the record at ${offset} is in the results: its end was cut off`
    await o.ports.clock.sleep(READ_BACK_WAIT_MS)
    high = (await tried(o, () => readOffsets(o))).high
  }
  return null
}

function makeFold(o: ResumeOptions, owner: string): { fold: PartitionFold; sink: PartitionSink } {
  const { context, partition, keyring } = o
  const sink = new PartitionSink({ ...o.sink, context, partition, owner, keys: () => keyring?.commitments ?? {} })
  const fold = foldFor({ context, partition, sink, keyring, released: o.released })
  sink.fold = fold
  return { fold, sink }
}

/** Loads what complete chunks left. The store may lag: it is asked again for a stated time. */
async function readBack(o: ResumeOptions, fold: PartitionFold, row: LedgerRow, start: number): Promise<string | null> {
  const { context, partition, log } = o
  const { store, clock } = o.ports
  const { frontier, begin, schemas = {}, ...watermark } = row.watermark
  fold.loadDocuments(row.documents, schemas)
  fold.watermark.load(watermark)
  fold.frontier = frontier
  fold.begin = begin
  fold.last = start - 1
  const pointed = row.documents.some(({ properties }) => properties.some(keepsPoints))
  for (let attempt = 1; ; attempt++) {
    fold.windows.reset(await tried(o, () => openWindows(o, row.documents, start, frontier)))
    fold.alerts?.load(await tried(o, () => store.alertStates(context.stream.name, partition, row.chunk, start - 1)))
    if (pointed) fold.carries.load(await tried(o, () => store.carries(context.stream.table, partition, row.chunk, start - 1)))
    const have = fold.fingerprint()
    if (have.open.hash === row.openHash && have.states.hash === row.stateHash && have.carries.hash === row.carryHash) return null
    const differs = `the store shows ${said(have)}, the ledger certifies ${said(certifiedBy(row))}`
    if (attempt === READ_BACK_TRIES) return `${differs}, or others`
    log.warn({ stream: context.stream.name, partition, attempt }, `${differs}: asking again`)
    await clock.sleep(READ_BACK_WAIT_MS)
  }
}

type Counts = Readonly<Record<'open' | 'states' | 'carries', { readonly count: number }>>

function certifiedBy(row: LedgerRow): Counts {
  return { open: { count: row.openCount }, states: { count: row.stateCount }, carries: { count: row.carryCount } }
}

function said({ open, states, carries }: Counts): string {
  return `${open.count} open windows, ${states.count} alert states and ${carries.count} points before the open windows`
}

/** What is open lives under one document or, after a change, under several: each has its own figures. */
async function openWindows(
  { ports, context, partition }: ResumeOptions,
  documents: readonly FoldDocument[],
  start: number,
  frontier: number | null,
): Promise<OpenWindow[]> {
  const open: OpenWindow[] = []
  for (const [i, { properties, from: begins }] of documents.entries()) {
    const to = documents[i + 1]?.from ?? undefined
    if (frontier !== null && to !== undefined && to <= frontier) continue
    const from = Math.max(frontier ?? Number.NEGATIVE_INFINITY, i === 0 ? Number.NEGATIVE_INFINITY : (begins ?? 0))
    const query = {
      table: context.stream.table,
      partition,
      chunk: start,
      ...(Number.isFinite(from) && { from }),
      ...(to !== undefined && { to }),
    }
    for await (const window of ports.store.figures(properties, query)) open.push(window)
  }
  return open
}

/** The row that certifies everything before a chunk start. A replica that lags may not have it yet: it is asked for a stated time. */
async function certifyingRow(o: ResumeOptions, start: number): Promise<LedgerRow | null> {
  const { context, partition, log } = o
  for (let attempt = 1; ; attempt++) {
    const row = await tried(o, () => o.ports.store.ledgerRow(context.stream.name, partition, start - 1))
    if (row !== null || attempt === READ_BACK_TRIES) return row
    log.warn({ stream: context.stream.name, partition, attempt }, `the ledger has no complete row that ends at ${start - 1}: asking again`)
    await o.ports.clock.sleep(READ_BACK_WAIT_MS)
  }
}

/** The world's faults are tried again and said; a partition that cannot be read back at all ends the process. */
function tried<T>(o: Place, work: () => Promise<T>): Promise<T> {
  const { store, clock } = o.ports
  return retry(work, {
    ...PATIENCE,
    retriable: (error) => store.retriable(error),
    sleep: (ms) => clock.sleep(ms),
    onRetry: (error) =>
      o.log.warn({ stream: o.context.stream.name, partition: o.partition, reason: reasonOf(error) }, 'not read back yet, trying again'),
  })
}

async function readOffsets({
  ports: { kafka },
  context,
  partition,
}: ResumeOptions): Promise<{ committed: number; low: number; high: number }> {
  const topic = context.eventsTopic
  const [committed, ends] = await Promise.all([kafka.committed(context.group, topic, partition), kafka.ends(topic)])
  const end = ends.find((p) => p.partition === partition)
  return { committed, low: end?.low ?? 0, high: end?.high ?? 0 }
}

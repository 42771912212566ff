import { type City, eventCodec, foldDocumentOf, type Stream } from '@commonstream/schemas'
import { ReleasedMap } from '../../resume/released-map.ts'
import type { PendingRevision } from '../../flush/batch.ts'
import type { StreamContext } from '../../flush/stream-context.ts'
import { aroundOf } from '../around.ts'
import type { Carry } from '../carries.ts'
import type { Figures } from '../figures.ts'
import { PartitionFold } from '../partition-fold.ts'
import type { Scale } from '../scale.ts'
import type { FoldSink, LogRecord, WindowRow, Withheld } from '../types.ts'

/** A store of rows by identity and version, as ClickHouse keeps them: what the fold's properties are checked on. */
export class MemoryStore {
  readonly partials = new Map<string, { version: number; chunk: number; sensor: string; start: number; sizeMs: number; figures: Figures }>()
  readonly windows = new Map<string, { row: WindowRow; value: unknown }>()
  readonly transitions = new Map<string, unknown>()
  readonly withheld: Withheld[] = []
  readonly ledger = new Map<
    number,
    {
      last: number
      documents: unknown
      watermark: unknown
      frontier: number | null
      fingerprint: unknown
      states: unknown
      schemas: Record<string, number>
      carries: readonly Carry[]
      lastId: string
    }
  >()
  /** Late revisions of counters and states: what they depend on in earlier chunks is read when all is folded. */
  readonly revisions: PendingRevision[] = []
  readings = 0

  /** Keeps a window's row unless a higher revision is there. */
  note(row: WindowRow): void {
    const key = `${row.sensor}|${row.start}|${row.sizeMs}`
    const before = this.windows.get(key)
    if (before !== undefined && before.row.rev > row.rev) return
    const value = row.figures === null ? row.released : plain(row.figures)
    this.windows.set(key, { row, value: row.changes === null ? value : [value, row.changes] })
  }

  merged(before = Number.POSITIVE_INFINITY): Map<string, Figures> {
    const all = new Map<string, Figures>()
    for (const p of this.partials.values()) {
      if (p.chunk >= before) continue
      const key = `${p.sensor}|${p.start}|${p.sizeMs}`
      const held = all.get(key)
      if (held) held.merge(p.figures)
      else all.set(key, p.figures.clone())
    }
    return all
  }
}

/** Events, ticks and markers of a test's log. */
export type Entry =
  | { at: number; sensor: string; id: number; values: Record<string, number | string>; clamped?: boolean }
  | { bridge: string; asOf: number }

export function recordsOf(stream: Stream, entries: readonly (Entry & { appended: number })[]): LogRecord[] {
  const codec = eventCodec(stream)
  const marker: LogRecord = {
    offset: 0,
    appended: entries[0]?.appended ?? 0,
    value: Buffer.from(JSON.stringify(foldDocumentOf(stream, null))),
    headers: { kind: Buffer.from('fold') },
  }
  return [
    marker,
    ...entries.map((e, i): LogRecord => {
      const place = { offset: i + 1, appended: e.appended }
      if ('bridge' in e)
        return {
          ...place,
          value: null,
          headers: { kind: Buffer.from('tick'), bridge: Buffer.from(e.bridge), asOf: Buffer.from(String(e.asOf)) },
        }
      const id = Buffer.alloc(16)
      id.writeUInt32BE(e.id, 0)
      return {
        ...place,
        value: codec.encode({ event_id: id, sensor: e.sensor, at: e.at, clamped: e.clamped ?? false, ...e.values }),
        headers: {},
      }
    }),
  ]
}

interface FoldIntoOptions {
  readonly dayKey?: (day: string) => Buffer | null
  readonly released?: ReleasedMap
  readonly sensors?: readonly string[]
  /** The law's, but in simulations. */
  readonly scale?: Scale
  /** Throws unless given. */
  readonly documentRefused?: () => void
}

/** A fold that writes into a memory store; `flush` writes the open chunk as it stands. */
export function foldInto(store: MemoryStore, stream: Stream, o: FoldIntoOptions = {}) {
  const sink: FoldSink = {
    reading: () => store.readings++,
    window: (row) => store.note({ ...row, figures: row.figures?.clone() ?? null }),
    withhold: (w) => store.withheld.push(w),
    transition: (t) => store.transitions.set(String(t['alertId']), t),
    reject: () => {},
    documentRefused:
      o.documentRefused ??
      ((reason: string) => {
        throw new Error(reason)
      }),
    chunkEnd: () => {
      takeParts(store, fold, stream)
      certify(store, fold)
    },
  }
  const fold = new PartitionFold({
    stream: stream.name,
    partition: 0,
    isProtected: stream.disclosure !== null,
    keepReadings: true,
    versions: stream.versions,
    sink,
    ownSensors: () => o.sensors ?? [],
    dayKey: o.dayKey ?? (() => null),
    released: o.released ?? new ReleasedMap(),
    ...(o.scale && { scale: o.scale }),
  })
  return { fold, flush: () => takeParts(store, fold, stream) }
}

/**
 * A fold that begins behind a complete chunk of a run, with what its store held then: what the worker does at a resume.
 * Throws where the state read back is not the certified one.
 */
export function resumeBehind(
  chunk: number,
  run: { readonly store: MemoryStore; readonly records: readonly LogRecord[] },
  stream: Stream,
  o: FoldIntoOptions = {},
) {
  const row = run.store.ledger.get(chunk) as NonNullable<ReturnType<MemoryStore['ledger']['get']>>
  const store = new MemoryStore()
  for (const [key, p] of run.store.partials) if (p.chunk <= chunk) store.partials.set(key, p)
  const { fold, flush } = foldInto(store, stream, o)
  fold.loadDocuments(row.documents as never, row.schemas)
  for (const record of run.records.slice(0, row.last + 1)) fold.warm(record)
  fold.watermark.load(row.watermark as never)
  fold.frontier = row.frontier
  const open = [...store.merged()].map(([key, figures]) => {
    const [sensor, start, sizeMs] = key.split('|') as [string, string, string]
    return { sensor, start: Number(start), sizeMs: Number(sizeMs), figures }
  })
  fold.windows.reset(open.filter((w) => row.frontier === null || w.start >= row.frontier))
  fold.alerts?.load(row.states as never)
  fold.carries.load(row.carries)
  const want = JSON.stringify([row.lastId, row.fingerprint])
  const have = JSON.stringify([fold.lastId, fold.fingerprint()])
  if (have !== want) throw new Error(`behind chunk ${chunk} the store has ${have}, the ledger ${want}`)
  for (const record of run.records.slice(row.last + 1)) fold.step(record)
  flush()
  return { fold, store }
}

/** Writes the open chunk's parts, and late revisions over what complete chunks hold. */
function takeParts(store: MemoryStore, fold: PartitionFold, stream: Stream): void {
  const { chunk } = fold
  if (chunk === null) return
  for (const part of fold.windows.takeDirty()) {
    const { sensor, span, shape, figures, lateRev } = part
    const { properties } = shape
    const key = `${sensor}|${span.start}|${span.sizeMs}`
    const held = store.partials.get(`${key}|${chunk.start}`)
    const row = { version: fold.last, chunk: chunk.start, sensor, ...span, figures: figures.clone() }
    if (held === undefined || held.version <= fold.last) store.partials.set(`${key}|${chunk.start}`, row)
    if (lateRev < 0) continue
    const around = aroundOf(fold, part)
    if (around !== null) {
      const revision = { sensor, ...span, rev: lateRev, bridges: part.lateBridges, properties, own: figures.clone(), around }
      store.revisions.push({ context: { stream } as StreamContext, partition: 0, chunk: chunk.start, revision })
      continue
    }
    const revised = figures.clone()
    const base = store.merged(chunk.start).get(key)
    if (base) revised.merge(base)
    const plainRow = { status: 'ok', origin: 'late', bridges: 1, policy: 0, noiseSd: 0, released: null, replayed: false } as const
    store.note({ ...plainRow, sensor, ...span, rev: lateRev, properties, figures: revised, changes: null })
  }
}

function certify(store: MemoryStore, fold: PartitionFold): void {
  if (fold.chunk === null) return
  store.ledger.set(fold.chunk.start, {
    last: fold.last,
    documents: [...fold.documents.list],
    watermark: JSON.parse(JSON.stringify(fold.watermark.save())),
    frontier: fold.frontier,
    fingerprint: fold.fingerprint(),
    states: JSON.parse(JSON.stringify(fold.alerts?.states() ?? [])),
    schemas: fold.reader.since,
    carries: JSON.parse(JSON.stringify(fold.carries.list())) as Carry[],
    lastId: fold.lastId,
  })
}

export function plain(f: Figures) {
  return { count: f.count, n: [...f.n], last: f.lastId.map((id) => (id ? Buffer.from(id).toString('hex') : null)), points: f.points }
}

export function streamNamed(city: City, name: string): Stream {
  const stream = city.streams.find((s) => s.name === name)
  if (stream === undefined) throw new Error(`no stream ${name}`)
  return stream
}

import { type City, eventCodec, type EventRecord, foldDocumentOf, type Stream } from '@commonstream/schemas'
import { ReleasedMap } from '../../resume/released-map.ts'
import { Figures } from '../figures.ts'
import { PartitionFold } from '../partition-fold.ts'
import type { FoldSink, LogRecord, Revision, WindowRow, Withheld } from '../types.ts'

/** A store of rows by identity and version, as ClickHouse keeps them: what the fold's properties are checked on. */
export class MemoryStore {
  readonly partials = new Map<string, { version: number; chunk: number; sensor: string; start: number; sizeMs: number; figures: Figures }>()
  readonly windows = new Map<string, { row: WindowRow; value: unknown }>()
  readonly transitions = new Map<string, unknown>()
  readonly withheld: Withheld[] = []
  readonly ledger = new Map<
    number,
    { last: number; documents: unknown; watermark: unknown; frontier: number | null; fingerprint: unknown; states: unknown; lastId: string }
  >()
  readings = 0

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
  | { at: number; sensor: string; id: number; values: Record<string, number>; clamped?: boolean }
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
        value: codec.encode({ event_id: id, sensor: e.sensor, at: e.at, clamped: e.clamped ?? false, ...e.values } as EventRecord),
        headers: {},
      }
    }),
  ]
}

/** A fold that writes into a memory store; `flush` writes the open chunk as it stands. */
export function foldInto(
  store: MemoryStore,
  stream: Stream,
  o: { dayKey?: (day: string) => Buffer | null; released?: ReleasedMap; sensors?: readonly string[] } = {},
) {
  const codec = eventCodec(stream)
  const revisions: { chunk: number; revision: Revision }[] = []
  const note = (row: WindowRow) => {
    const key = `${row.sensor}|${row.start}|${row.sizeMs}`
    const before = store.windows.get(key)
    if (before === undefined || before.row.rev <= row.rev)
      store.windows.set(key, { row, value: row.figures === null ? row.released : plain(row.figures) })
  }
  const sink: FoldSink = {
    reading: () => store.readings++,
    window: (row) => note({ ...row, figures: row.figures?.clone() ?? null }),
    withhold: (w) => store.withheld.push(w),
    transition: (t) => store.transitions.set(String(t['alertId']), t),
    reject: () => {},
    documentRefused: (reason) => {
      throw new Error(reason)
    },
    chunkEnd: () => flush(true),
  }
  const fold = new PartitionFold({
    stream: stream.name,
    partition: 0,
    isProtected: stream.disclosure !== null,
    keepReadings: true,
    decode: (value) => codec.decode(value),
    sink,
    ownSensors: () => o.sensors ?? [],
    dayKey: o.dayKey ?? (() => null),
    released: o.released ?? new ReleasedMap(),
  })
  function flush(complete: boolean): void {
    const chunk = fold.chunk
    if (chunk === null) return
    for (const part of fold.windows.takeDirty()) {
      const key = `${part.sensor}|${part.span.start}|${part.span.sizeMs}|${chunk.start}`
      const held = store.partials.get(key)
      if (held === undefined || held.version <= fold.last)
        store.partials.set(key, {
          version: fold.last,
          chunk: chunk.start,
          sensor: part.sensor,
          ...part.span,
          figures: part.figures.clone(),
        })
      if (part.lateRev < 0) continue
      const base = store.merged(chunk.start).get(`${part.sensor}|${part.span.start}|${part.span.sizeMs}`)
      const figures = part.figures.clone()
      if (base) figures.merge(base)
      note({
        sensor: part.sensor,
        ...part.span,
        rev: part.lateRev,
        status: 'ok',
        origin: 'late',
        bridges: 1,
        policy: 0,
        noiseSd: 0,
        figures,
        released: null,
        replayed: false,
      })
    }
    if (!complete) return
    store.ledger.set(chunk.start, {
      last: fold.last,
      documents: fold.documents.list,
      watermark: JSON.parse(JSON.stringify(fold.watermark.save())),
      frontier: fold.frontier,
      fingerprint: fold.fingerprint(),
      states: JSON.parse(JSON.stringify(fold.alerts?.states() ?? [])),
      lastId: fold.lastId,
    })
  }
  return { fold, flush, revisions }
}

export function plain(f: Figures) {
  return { count: f.count, n: [...f.n], last: f.lastId.map((id) => (id ? Buffer.from(id).toString('hex') : null)) }
}

export function streamNamed(city: City, name: string): Stream {
  const stream = city.streams.find((s) => s.name === name)
  if (stream === undefined) throw new Error(`no stream ${name}`)
  return stream
}

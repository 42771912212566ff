import type { Figures } from '../fold/figures.ts'
import type { WindowRow } from '../fold/types.ts'
import type { StorePort } from '../ports/store-port.ts'
import type { LogEntry, LogPort } from '../ports/log-port.ts'
import type { Batch, ClosedWindow, PendingRevision } from './batch.ts'
import { type Values, valuesOf, writeValue } from './figure-columns.ts'
import { lateRow } from './late-row.ts'
import { writeEach } from './log-writer.ts'
import { hasAround, resolvePointed } from './pointed-revisions.ts'
import type { RowWriter } from './row-writer.ts'

/** Late revisions asked for in one query: sensors and instants travel in its address, which has a limit. */
const MAX_REVISIONS = 100

/** Late revisions as rows: what the chunks before hold of each window, merged with the chunk's own part. */
export async function resolveRevisions(store: StorePort, pending: readonly PendingRevision[]): Promise<ClosedWindow[]> {
  const newest = new Map<string, PendingRevision>()
  for (const p of pending) newest.set(`${p.context.stream.name}|${p.partition}|${p.chunk}|${p.revision.sensor}|${p.revision.start}`, p)
  const alone = [...newest.values()].filter((p) => !hasAround(p))
  const groups = Map.groupBy(alone, (p) => `${p.context.targets(p.revision.properties).partials.key}|${p.partition}|${p.chunk}`)
  const rows: ClosedWindow[] = []
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += MAX_REVISIONS)
      rows.push(...(await resolveGroup(store, group.slice(from, from + MAX_REVISIONS))))
  }
  const pointed = await resolvePointed(store, [...newest.values()].filter(hasAround))
  return [...rows, ...pointed.map(({ row, ...place }) => ({ ...place, row: plainWindow(row), replayed: false }))]
}

async function resolveGroup(store: StorePort, group: readonly PendingRevision[]): Promise<ClosedWindow[]> {
  const { context, partition, chunk, revision } = group[0] as PendingRevision
  const sensors = [...new Set(group.map((p) => p.revision.sensor))]
  const starts = [...new Set(group.map((p) => p.revision.start))]
  const base = new Map<string, Figures>()
  const query = { table: context.stream.table, partition, chunk, sensors, starts }
  for await (const w of store.figures(revision.properties, query)) base.set(`${w.sensor}|${w.start}|${w.sizeMs}`, w.figures)
  return group.map(({ revision: r }) => {
    const figures = r.own.clone()
    const before = base.get(`${r.sensor}|${r.start}|${r.sizeMs}`)
    if (before) figures.merge(before)
    const row = plainWindow(lateRow(r, figures, null))
    return { context, partition, row, replayed: false }
  })
}

/** A window's row as the topic's records and the table both have it. */
export interface PlainWindow
  extends Pick<WindowRow, 'sensor' | 'start' | 'sizeMs' | 'rev' | 'status' | 'bridges' | 'policy' | 'noiseSd' | 'properties'> {
  readonly origin: keyof typeof ORIGIN
  readonly count: number | null
  /** By table column, in units of the property's resolution. */
  readonly values: Readonly<Values>
}

const ORIGIN = { closed: 0, late: 1, imported: 2 }

/** What is written of a window, taken at once: the fold goes on with its figures. */
export function plainWindow(row: WindowRow): PlainWindow {
  const { sensor, start, sizeMs, rev, status, origin, bridges, policy, noiseSd, properties, figures, changes, released } = row
  const values = valuesOf(properties, figures, changes, released)
  return { sensor, start, sizeMs, rev, status, origin, bridges, policy, noiseSd, properties, count: figures?.count ?? null, values }
}

/** Writes the records of closed windows to their topics, but of those that are there already. */
export function publishWindows(kafka: Pick<LogPort, 'append'>, closed: readonly ClosedWindow[]): Promise<void> {
  const placeOf = ({ context, partition }: ClosedWindow) => ({ topic: context.windowsTopic, partition })
  return writeEach(
    kafka,
    closed.filter((window) => !window.replayed),
    placeOf,
    windowRecord,
  )
}

/** The record of a closed window for its topic. */
function windowRecord({ context, row }: ClosedWindow): LogEntry {
  const { sensor, start, sizeMs } = row
  const key = `${sensor}|${start}|${sizeMs}`
  const value = context.windowCodec.encode({
    id: `${key}|${row.rev}`,
    stream: context.stream.name,
    sensor,
    start,
    end: start + sizeMs,
    rev: row.rev,
    status: row.status,
    origin: row.origin,
    bridges: row.bridges,
    policy: row.policy,
    noiseSd: row.noiseSd,
    count: row.count,
    values: row.status === 'ok' ? row.values : {},
  })
  return { key, value }
}

/** The rows of closed windows for their tables. */
export function writeWindows(batch: Batch, closed: readonly ClosedWindow[]): void {
  for (const { context, row } of closed) writeWindowRow(batch.writer('windows', context.targets(row.properties).windows), row)
}

export function writeWindowRow(w: RowWriter, row: PlainWindow): void {
  w.seconds(row.start)
  w.u32(row.sizeMs / 1000)
  w.string(row.sensor)
  w.i64(row.rev)
  w.u8(row.status === 'ok' ? 0 : 1)
  w.u8(ORIGIN[row.origin])
  w.u8(Math.min(255, row.bridges))
  w.u16(row.policy)
  w.f64(row.noiseSd)
  if (!w.isNull(row.count === null)) w.u32(row.count as number)
  writeValue(w, row.properties, row.values)
  w.endRow()
}

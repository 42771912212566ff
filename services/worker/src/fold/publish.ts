import { type FoldDocument, keepsPoints, noiseSd, unitsOf } from '@commonstream/schemas'
import { type Released, type ReleasedMap, releasedKey } from '../resume/released-map.ts'
import { releaseWindow } from './disclosure/release.ts'
import type { Carries } from './carries.ts'
import type { Span } from './documents.ts'
import { SUM, WIDTH } from './figures.ts'
import { ruleValues } from './rule-values.ts'
import type { FoldSink, Properties, WindowRow } from './types.ts'
import type { Windows } from './windows.ts'

/** A closed window as the alert rules see it: figures by column name, in declared units. */
export type Judge = (sensor: string, span: Span, values: Record<string, number | null>, offset: number) => void

/** Publishes the rows of an unprotected stream's window: the sensors that have data. */
export function publishWindow(o: {
  document: FoldDocument
  span: Span
  offset: number
  windows: Windows
  sink: FoldSink
  bridges: number
  judge: Judge | null
  carries: Carries
}): void {
  const { properties } = o.document
  const isPointed = properties.some(keepsPoints)
  for (const { sensor, figures } of o.windows.values(o.span.start)) {
    const changes = isPointed ? o.carries.close(properties, sensor, o.span, figures) : null
    o.sink.window({
      sensor,
      ...o.span,
      rev: o.offset,
      status: 'ok',
      origin: 'closed',
      bridges: o.bridges,
      policy: 0,
      noiseSd: 0,
      properties,
      figures,
      changes,
      released: null,
      replayed: false,
    })
    o.judge?.(sensor, o.span, ruleValues(o.document, figures, changes), o.offset)
  }
}

/**
 * Releases every atom of a protected stream's window: each registered sensor, data or not (protocol section 8). What was
 * released before stands: an equal value is a replay, a different one about the same passages is withheld.
 */
export function releaseSensors(o: {
  document: FoldDocument
  span: Span
  offset: number
  sensors: readonly string[]
  windows: Windows
  sink: FoldSink
  bridges: number
  dayKey: Buffer | null
  released: ReleasedMap
  judge: Judge | null
}): void {
  const { document, span } = o
  const policy = document.disclosure
  if (policy === null || span.start < policy.from) return
  const sd = noiseSd(policy)
  const units = document.properties.map((p) => ({ sum: `${p.name}_sum`, ...unitsOf(p) }))
  for (const sensor of o.sensors) {
    const values = releaseOne({ ...o, document, span, sensor, policy: policy.policy })
    if (values === null) continue
    o.sink.window({
      ...frame({ ...o, properties: document.properties }, sensor, policy.policy),
      noiseSd: sd,
      released: values.y,
      replayed: values.replayed,
    })
    o.judge?.(sensor, span, Object.fromEntries(units.map(({ sum, toUnits }, i) => [sum, toUnits(values.y[i] as number)])), o.offset)
  }
}

/** What is public of one sensor's window: the first release, else a fresh one; null where nothing may be said. */
function releaseOne(o: {
  document: FoldDocument
  span: Span
  sensor: string
  policy: number
  windows: Windows
  sink: FoldSink
  dayKey: Buffer | null
  released: ReleasedMap
}): { y: readonly number[]; replayed: boolean } | null {
  const { document, span, sensor, policy } = o
  const key = releasedKey({ sensor, ...span, policy })
  const own = o.released.get(key)
  const first = own?.status === 'ok' ? document.properties.map((p) => own.values[`${p.name}_sum`] ?? 0) : null
  if (o.dayKey === null) {
    if (first === null) o.sink.withhold({ why: 'key_lost', sensor, ...span })
    return first && { y: first, replayed: true }
  }
  const figures = o.windows.value(span.start, sensor)
  const sums = document.properties.map((_, p) => (figures === null ? 0 : (figures.n[p * WIDTH + SUM] as number)))
  const y = releaseWindow(document, o.dayKey, sensor, span.start, span.sizeMs, sums)
  const fresh: Released = {
    sensor,
    ...span,
    policy,
    status: 'ok',
    values: Object.fromEntries(document.properties.map((p, i) => [`${p.name}_sum`, y[i] as number])),
  }
  const about = own ?? o.released.about(fresh)
  if (about === undefined) {
    o.released.set(key, fresh)
    return { y, replayed: false }
  }
  if (first?.every((before, i) => before === y[i])) return { y, replayed: true }
  o.sink.withhold({ why: 'conflict', sensor, ...span })
  return first && { y: first, replayed: true }
}

/** Publishes a gap: for all sensors at once, in a protected stream one by one. */
export function publishGap(o: {
  document: FoldDocument
  isProtected: boolean
  ownSensors: (document: FoldDocument) => readonly string[]
  sink: FoldSink
  released: ReleasedMap
  from: number
  to: number
  offset: number
  bridges: number
}): void {
  const policy = o.document.disclosure?.policy ?? 0
  const span = { start: o.from, sizeMs: o.to - o.from }
  const gap = {
    ...frame({ span, bridges: o.bridges, properties: o.document.properties }, '', policy),
    status: 'no_data',
    released: null,
  } as const
  if (o.isProtected) for (const sensor of o.ownSensors(o.document)) releaseGap(o, { ...gap, sensor })
  else o.sink.window({ ...gap, rev: o.offset, replayed: false })
}

/** A sensor of its own: other partitions' watermarks may have jumped elsewhere. */
function releaseGap({ sink, released }: { sink: FoldSink; released: ReleasedMap }, row: Omit<WindowRow, 'replayed'>): void {
  const { sensor, start, sizeMs, policy } = row
  const gap: Released = { sensor, start, sizeMs, policy, status: 'no_data', values: {} }
  const about = released.about(gap)
  if (about === undefined) released.set(releasedKey(gap), gap)
  else if (releasedKey(about) !== releasedKey(gap)) return sink.withhold({ why: 'conflict', sensor, start, sizeMs })
  sink.window({ ...row, replayed: about !== undefined })
}

function frame({ span, bridges, properties }: { span: Span; bridges: number; properties: Properties }, sensor: string, policy: number) {
  return {
    sensor,
    start: span.start,
    sizeMs: span.sizeMs,
    rev: 0,
    status: 'ok' as const,
    origin: 'closed' as const,
    bridges,
    policy,
    noiseSd: 0,
    properties,
    figures: null,
    changes: null,
  }
}

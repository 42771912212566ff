import { noiseSd, unitsOf, type FoldDocument } from '@commonstream/schemas'
import { releaseWindow } from './disclosure/release.ts'
import type { Span } from './documents.ts'
import { COUNT, type Figures, LAST, MAX, MIN, SUM, WIDTH } from './figures.ts'
import type { FoldSink } from './types.ts'
import type { Windows } from './windows.ts'

/** What is already released, by `releaseKey`. */
export interface Released {
  get(key: string): readonly number[] | undefined
  add(key: string, values: readonly number[]): void
}

/** Identity of a sensor's atoms of one window. */
export function releaseKey(sensor: string, start: number, sizeMs: number, policy: number): string {
  return `${sensor}|${start}|${sizeMs}|${policy}`
}

/** A closed window as the alert rules see it: figures by column name, in declared units. */
export type Judge = (sensor: string, span: Span, values: Record<string, number | null>, offset: number) => void

/** Publishes the rows of an unprotected stream's window: the sensors that have data. */
export function publishWindow(o: { document: FoldDocument; span: Span; offset: number; windows: Windows; sink: FoldSink; bridges: number; judge: Judge | null }): void {
  for (const { sensor, figures } of o.windows.values(o.span.start)) {
    o.sink.window({ sensor, ...o.span, rev: o.offset, status: 'ok', origin: 'closed', bridges: o.bridges, policy: 0, noiseSd: 0, figures, released: null })
    o.judge?.(sensor, o.span, columnsOf(o.document, figures), o.offset)
  }
}

/**
 * Releases every atom of a protected stream's window: each registered sensor, data or not (protocol section 8). What was
 * released before stands: an equal value is a replay, a different one is withheld.
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
  released: Released
  judge: Judge | null
}): void {
  const { document, span, sink } = o
  const policy = document.disclosure
  if (policy === null || span.start < policy.from) return
  for (const sensor of o.sensors) {
    const key = releaseKey(sensor, span.start, span.sizeMs, policy.policy)
    const before = o.released.get(key)
    const figures = o.windows.value(span.start, sensor)
    const sums = document.properties.map((_, p) => (figures === null ? 0 : (figures.n[p * WIDTH + SUM] as number)))
    const fresh = o.dayKey === null ? null : releaseWindow(document, o.dayKey, sensor, span.start, span.sizeMs, sums)
    const values = before ?? fresh
    if (values === null || values === undefined) {
      sink.withhold({ why: 'key_lost', sensor, ...span })
      continue
    }
    if (before !== undefined && fresh !== null && before.some((y, p) => y !== fresh[p])) sink.withhold({ why: 'conflict', sensor, ...span })
    else o.released.add(key, values)
    sink.window({ sensor, ...span, rev: 0, status: 'ok', origin: 'closed', bridges: o.bridges, policy: policy.policy, noiseSd: noiseSd(policy), figures: null, released: values })
    o.judge?.(sensor, span, Object.fromEntries(document.properties.map((p, i) => [`${p.name}_sum`, unitsOf(p).toUnits(values[i] as number)])), o.offset)
  }
}

function columnsOf(document: FoldDocument, figures: Figures): Record<string, number | null> {
  const values: Record<string, number | null> = { count: figures.count }
  document.properties.forEach((property, p) => {
    const n = figures.n
    const o = p * WIDTH
    const some = (n[o + COUNT] as number) > 0
    const units = unitsOf(property)
    const unit = (at: number) => (some ? units.toUnits(n[o + at] as number) : null)
    values[`${property.name}_count`] = n[o + COUNT] as number
    values[`${property.name}_sum`] = units.toUnits(n[o + SUM] as number)
    values[`${property.name}_min`] = unit(MIN)
    values[`${property.name}_max`] = unit(MAX)
    values[`${property.name}_last`] = unit(LAST)
    values[`${property.name}_mean`] = some ? units.toUnits(n[o + SUM] as number) / (n[o + COUNT] as number) : null
  })
  return values
}

import { type Run, type Step, runsOf } from '../steps.ts'
import type { Span } from './figures-question.ts'
import { lookBackMs } from './hearing.ts'
import { type AggregateRequest, sourceOf } from './request.ts'

const HOUR_MS = 3_600_000

/** From how many sensors on a question is city-wide: `_windows` is sorted by time for these, `_partials` by sensor. */
const MANY_SENSORS = 32

/** Rows of a table of which only needs to be known who was heard. */
export interface HeardSpan {
  readonly table: 'windows' | 'partials'
  readonly span: Span
}

/** Which rows of which table a page needs; windows and partials meet at a window's start. */
export interface Spans {
  readonly releases: Span | null
  readonly windows: Span | null
  readonly partials: Span | null
  /** Where partials are read: windows that were imported have none there. */
  readonly imported: Span | null
  readonly heard: readonly HeardSpan[]
}

export interface SpanLimits {
  /** The city's present, epoch ms. */
  readonly now: number
  /** Up to where windows are closed, epoch ms; null: not known. */
  readonly watermark: number | null
  /** Exact values of protected streams are read from here on, epoch ms. */
  readonly internalFrom: number
}

/**
 * The spans of some steps in order. Releases come from `_windows` alone. Exact values come from `_partials` while
 * these stand; of unprotected streams from `_windows` where partials have expired, and what is closed of many sensors.
 * Before the first step, as far back as hearing goes, only who was heard is read: with the figures of a few sensors,
 * apart from them of many, for which merging versions would cost the store more than the figures.
 */
export function spansOf(request: AggregateRequest, steps: readonly Step[], limits: SpanLimits): Spans {
  const none = { releases: null, windows: null, partials: null, imported: null, heard: [] }
  const [first] = steps
  const last = steps.at(-1)
  if (first === undefined || last === undefined) return none
  const { stream } = request
  const size = stream.window.sizeMs
  const floor = (at: number) => Math.floor(at / size) * size
  const span = spanMaker(request, runsOf(steps))
  if (sourceOf(request) === 'releases') return { ...none, releases: span(first.start, last.end) }
  // Who was heard is told of no protected stream.
  if (stream.disclosure !== null) return { ...none, partials: span(Math.max(first.start, floor(limits.internalFrom) + size), last.end) }
  const isMany = request.sensors.length > MANY_SENSORS
  const closed = limits.watermark ?? 0
  const windowsTo = floor(Math.max(expiredBefore(request, limits.now), isMany ? closed : 0))
  // A window that is not closed has no row in `_windows`, however old it is.
  const partialsFrom = floor(Math.min(windowsTo, closed))
  const between = (from: number, to: number) => ({
    windows: span(from, Math.min(windowsTo, to)),
    partials: span(Math.max(from, partialsFrom), to),
  })
  const lead = floor(first.start - lookBackMs(stream, request.sensors))
  const imported = span(Math.max(isMany ? first.start : lead, windowsTo), last.end)
  if (!isMany) return { ...none, ...between(lead, last.end), imported }
  const heard = Object.entries(between(lead, first.start)).flatMap(([table, of]) =>
    of === null ? [] : [{ table: table as HeardSpan['table'], span: of }],
  )
  return { ...none, ...between(first.start, last.end), imported, heard }
}

function spanMaker({ stream, properties, sensors, all, every }: AggregateRequest, runs: readonly Run[]) {
  const maxSize = Math.min(every.ms, HOUR_MS) / 1_000
  return (from: number, to: number): Span | null => (from >= to ? null : { stream, properties, sensors, all, from, to, runs, maxSize })
}

/** Partials before this may have expired: an hour is left for the store to drop them in. */
function expiredBefore({ stream }: AggregateRequest, now: number): number {
  return now - stream.retention.partialsMs + HOUR_MS
}

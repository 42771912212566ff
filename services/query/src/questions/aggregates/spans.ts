import { type Step, runsOf } from '../steps.ts'
import type { Span } from './figures-question.ts'
import { lookBackMs } from './hearing.ts'
import { type AggregateRequest, sourceOf } from './request.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** From how many sensors on a range is city-wide: `_windows` is sorted for these, `_partials` by sensor. */
const MANY_SENSORS = 32

/** Which rows of which table a page needs: up to two spans that meet at a window's start. */
export interface Spans {
  readonly releases: Span | null
  readonly windows: Span | null
  readonly partials: Span | null
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
 * these stand; of unprotected streams from `_windows` where partials have expired, or where a long city-wide range
 * reads what is closed. Before the first step, as far back as hearing goes, only who was heard is read.
 */
export function spansOf(request: AggregateRequest, steps: readonly Step[], limits: SpanLimits): Spans {
  const none = { releases: null, windows: null, partials: null }
  const [first] = steps
  const last = steps.at(-1)
  if (first === undefined || last === undefined) return none
  const { stream } = request
  const size = stream.window.sizeMs
  const floor = (at: number) => Math.floor(at / size) * size
  const span = (from: number, to: number): Span | null =>
    from >= to
      ? null
      : {
          stream,
          properties: request.properties,
          sensors: request.sensors,
          all: request.all,
          from,
          to,
          runs: runsOf(steps),
          maxSize: Math.min(request.every.ms, HOUR_MS) / 1_000,
        }
  if (sourceOf(request) === 'releases') return { ...none, releases: span(first.start, last.end) }
  const lead = floor(first.start - lookBackMs(stream))
  if (stream.disclosure !== null) return { ...none, partials: span(Math.max(lead, floor(limits.internalFrom) + size), last.end) }
  const closed = limits.watermark ?? 0
  const windowsTo = floor(Math.max(expiredBefore(request, limits.now), isCityWide(request, first.start, last.end) ? closed : 0))
  // A window that is not closed has no row in `_windows`, however old it is.
  const partialsFrom = floor(Math.min(windowsTo, closed))
  return { ...none, windows: span(lead, Math.min(windowsTo, last.end)), partials: span(Math.max(lead, partialsFrom), last.end) }
}

/** Partials before this may have expired: an hour is left for the store to drop them in. */
function expiredBefore({ stream }: AggregateRequest, now: number): number {
  return now - stream.retention.partialsMs + HOUR_MS
}

function isCityWide({ sensors }: AggregateRequest, from: number, to: number): boolean {
  return sensors.length > MANY_SENSORS && to - from > DAY_MS
}

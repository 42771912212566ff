import type { HeardSpan, SpanLimits } from '../aggregates/spans.ts'
import type { Span } from '../aggregates/figures-question.ts'
import { lookBackMs } from '../aggregates/hearing.ts'
import type { AggregateRequest } from '../aggregates/request.ts'
import { type Step, runsOf } from '../steps.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * How far before a point that is not closed yet the one before it is looked for: what a counter has counted since, and
 * whether a state was entered, it says whatever its age.
 */
const BACK_MS = [8 * DAY_MS, 64 * DAY_MS]

/** Which rows a page about a counter or state needs. */
export interface PointSpans {
  /** Closed windows. */
  readonly closed: Span | null
  /** Windows that are not closed, also those before the first step. */
  readonly open: Span | null
  /** Where the last points before stand that are still believed in the first step. */
  readonly before: Span | null
  /** Where older ones may stand, nearest first: only sensors with points that are not closed need them. */
  readonly earlier: readonly Span[]
  readonly heard: readonly HeardSpan[]
}

/** The spans of some steps in order, of a counter or state: what is closed, what is open, and what was so before both. */
export function pointSpansOf(request: AggregateRequest, steps: readonly Step[], limits: Pick<SpanLimits, 'watermark'>): PointSpans {
  const { stream, properties, sensors, all, every } = request
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return { closed: null, open: null, before: null, earlier: [], heard: [] }
  const size = stream.window.sizeMs
  const floor = (at: number) => Math.floor(at / size) * size
  const common = { stream, properties, sensors, all, runs: runsOf(steps), maxSize: Math.min(every.ms, HOUR_MS) / 1_000 }
  const span = (from: number, to: number): Span | null => (from >= to ? null : { ...common, from: Math.max(0, from), to })
  const closedTo = floor(limits.watermark ?? 0)
  const back = floor(first.start - (BACK_MS.at(-1) as number))
  const begin = Math.max(back, Math.min(first.start, closedTo))
  const lead = floor(first.start - lookBackMs(stream, sensors))
  // A sensor is believed from the end of its window on, which is an hour at most behind its start.
  const believed = Math.max(back, Math.min(lead - HOUR_MS, begin))
  const edges = [believed, ...BACK_MS.map((ms) => Math.min(believed, begin - ms))]
  const heard = [
    { table: 'windows' as const, span: span(lead, Math.min(first.start, closedTo)) },
    { table: 'partials' as const, span: span(Math.max(lead, closedTo), first.start) },
  ]
  return {
    closed: span(first.start, Math.min(last.end, closedTo)),
    open: span(Math.max(back, closedTo), last.end),
    before: span(believed, begin),
    earlier: edges.slice(1).flatMap((from, i) => span(from, edges[i] as number) ?? []),
    heard: heard.flatMap(({ table, span: of }) => (of === null ? [] : [{ table, span: of }])),
  }
}

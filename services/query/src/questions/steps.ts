import type { Every } from './every.ts'

/** A half-open step of an answer, epoch milliseconds. */
export interface Step {
  readonly start: number
  readonly end: number
}

/** Steps of one length that follow each other: what SQL needs to find the step of a window. Seconds. */
export interface Run {
  readonly start: number
  readonly length: number
}

const HOUR_MS = 3_600_000

/**
 * The start of the step that holds `at`. Windows are multiples of their size since the epoch; hours, days and weeks
 * (from Monday) are those of the local calendar of `zone`, whatever its offset does.
 */
export function stepStart(at: number, every: Every, zone: string): number {
  if (every.kind === 'window') return Math.floor(at / every.ms) * every.ms
  let start = calendarFloor(at, every.kind, zone)
  // Where a clock is set back by half an hour, the rounded wall time may belong to the step before.
  for (let next = stepEnd(start, every, zone); next <= at; next = stepEnd(start, every, zone)) start = next
  return start
}

/** The end of the step that starts at `start`: a local day is 23, 24 or 25 hours long. */
export function stepEnd(start: number, every: Every, zone: string): number {
  if (every.kind === 'window') return start + every.ms
  if (every.kind === 'hour') {
    const next = start + HOUR_MS
    const floor = calendarFloor(next, 'hour', zone)
    return floor > start ? floor : next
  }
  const days = every.kind === 'day' ? 1 : 7
  return local(start, zone).add({ days }).startOfDay().epochMilliseconds
}

/** The steps from the one that holds `from` to the one before `to` (or that holds it), in order. */
export function* stepsBetween(from: number, to: number, every: Every, zone: string): Generator<Step> {
  for (let start = stepStart(from, every, zone); start < to; ) {
    const end = stepEnd(start, every, zone)
    yield { start, end }
    start = end
  }
}

/** Steps that follow each other, as runs of equal length: a year of local days is a handful of them. */
export function runsOf(steps: readonly Step[]): Run[] {
  const runs: Run[] = []
  for (const { start, end } of steps) {
    const length = (end - start) / 1_000
    if (runs.at(-1)?.length !== length) runs.push({ start: start / 1_000, length })
  }
  return runs
}

function calendarFloor(at: number, kind: 'hour' | 'day' | 'week', zone: string): number {
  const time = local(at, zone)
  if (kind === 'hour') return time.round({ smallestUnit: 'hour', roundingMode: 'floor' }).epochMilliseconds
  const day = kind === 'day' ? time : time.subtract({ days: time.dayOfWeek - 1 })
  return day.startOfDay().epochMilliseconds
}

function local(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}

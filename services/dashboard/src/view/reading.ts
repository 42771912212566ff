import type { RowAnswer, RowStatus } from '../answers/answers.ts'
import type { Measure } from './measure.ts'

/** `few`: counted, but too small or uncertain to show; `unknown`: nothing is known; zero is a value like any other. */
export type ReadingState = 'value' | 'few' | 'unknown'

/** What is known of one stretch of time. `low` and `high` bound the sensors of an average, where the service tells them. */
export interface Reading {
  readonly from: number
  readonly to: number
  readonly state: ReadingState
  readonly value: number | null
  /** Standard deviation of the noise in the value. */
  readonly sd: number | null
  readonly low: number | null
  readonly high: number | null
  readonly expected: number | null
  readonly reporting: number | null
  /** Some sensors that should have been heard were not, or the stretch is not over. */
  readonly partial: boolean
}

/** Readings of one sensor: counts by their sum, other figures by the last one, else the mean. */
export function readingsOf(rows: readonly RowAnswer[], measure: Measure): Reading[] {
  return rows.map((row) => ({ ...reading(row, measure.kind === 'count' ? row.sum : (row.last ?? row.mean)), low: null, high: null }))
}

/**
 * Readings of the average sensor, from rows over all sensors: a count divided by the sensors it was counted over
 * (`expected`: a silent sensor of such a stream counted nothing), the mean of other figures with their lowest and highest.
 */
export function averagesOf(rows: readonly RowAnswer[], measure: Measure): Reading[] {
  return rows.map((row) => {
    if (measure.kind !== 'count') return reading(row, row.mean)
    const sensors = row.expected ?? 0
    const whole = reading(row, sensors === 0 ? null : row.sum)
    const shared = (figure: number | null) => (figure === null ? null : figure / sensors)
    return { ...whole, value: shared(whole.value), sd: shared(whole.sd), low: null, high: null }
  })
}

/** Readings up to where the stream is known: what is still to come is not "unknown". Zero length to `horizon` null. */
export function until(readings: readonly Reading[], horizon: number | null): Reading[] {
  return readings.filter((r) => r.state !== 'unknown' || (horizon !== null && r.to <= horizon))
}

/** The newest reading that has a value; null if none has. */
export function newestOf(readings: readonly Reading[]): Reading | null {
  return readings.findLast((r) => r.value !== null) ?? null
}

function reading(row: RowAnswer, figure: number | null): Reading {
  const state = stateOf(row.status)
  const known = state === 'value' && figure !== null
  return {
    from: row.from,
    to: row.to,
    state: known || state !== 'value' ? state : 'unknown',
    value: known ? figure : null,
    sd: known && row.noiseSd !== null && row.noiseSd > 0 ? row.noiseSd : null,
    low: known ? row.min : null,
    high: known ? row.max : null,
    expected: row.expected,
    reporting: row.reporting,
    partial: row.status === 'partial',
  }
}

/** What a row's status means for its figure. */
export function stateOf(status: RowStatus): ReadingState {
  if (status === 'suppressed') return 'few'
  return status === 'no_data' ? 'unknown' : 'value'
}

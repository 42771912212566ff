import type { Point } from './points.ts'

/** What a counter's points in one window say. Integers of the property's resolution. */
export interface CounterChange {
  readonly kind: 'counter'
  /** Points. */
  readonly count: number
  /** What it counted up; null where no point's increment is known. */
  readonly sum: number | null
  /** How often it began anew. */
  readonly resets: number
  /** Points whose increment nobody can know, because no point is known before them. */
  readonly unknown: number
  readonly last: number
  readonly lastAt: number
}

/** A fall from the uppermost quarter of a counter's range to its lowest is a rollover, any other a reset. */
const NEAR = 4

/**
 * What a counter counted up from point to point; an increment belongs to the window of its later point. A fall is a
 * reset, and what the counter shows then is what it has counted since; near `rollover` it went on through 0.
 * @param points of one window, in order; at least one
 * @param before the last point before them; null: none is known
 * @param rollover where the counter begins again at 0, an integer of the resolution; null: nowhere that is known
 */
export function counterChange(points: readonly Point[], before: Point | null, rollover: number | null): CounterChange {
  let sum = 0
  let resets = 0
  let held = before === null ? null : Number(before.value)
  for (const { value: shown } of points) {
    const value = Number(shown)
    if (held !== null && value >= held) sum += value - held
    else if (held !== null && rollover !== null && held * NEAR >= rollover * (NEAR - 1) && value * NEAR < rollover)
      sum += rollover - held + value
    else if (held !== null) {
      resets++
      sum += Math.max(0, value)
    }
    held = value
  }
  const unknown = before === null ? 1 : 0
  const last = points.at(-1) as Point
  const known = points.length > unknown
  return { kind: 'counter', count: points.length, sum: known ? sum : null, resets, unknown, last: Number(last.value), lastAt: last.at }
}

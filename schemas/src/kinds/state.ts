import type { Point } from './points.ts'

/** What a state's points in one window say; by label, codes as text. */
export interface StateChange {
  readonly kind: 'state'
  /** Points. */
  readonly count: number
  /** Milliseconds of the window in each state. Less than the window's length in all: the rest is not known. */
  readonly duration: ReadonlyMap<string, number>
  /** Transitions into each state. */
  readonly arrivals: ReadonlyMap<string, number>
  readonly last: number | string
  readonly lastAt: number
}

/**
 * How long each state lasted within a window and how often it was entered. A state lasts until the next point; before
 * the first point ever known nothing is. The same state again is no arrival, nor is the first one known.
 * @param points of one window, in order; at least one
 * @param before the last point before them; null: none is known
 * @param span half-open, epoch ms
 */
export function stateChange(
  points: readonly Point[],
  before: Point | null,
  span: { readonly start: number; readonly end: number },
): StateChange {
  const duration = new Map<string, number>()
  const arrivals = new Map<string, number>()
  let state = before === null ? null : String(before.value)
  let since = span.start
  const until = (at: number) => {
    if (state !== null && at > since) add(duration, state, at - since)
    since = Math.max(since, at)
  }
  for (const point of points) {
    until(point.at)
    const entered = String(point.value)
    if (state !== null && entered !== state) add(arrivals, entered, 1)
    state = entered
  }
  until(span.end)
  const last = points.at(-1) as Point
  return { kind: 'state', count: points.length, duration, arrivals, last: last.value, lastAt: last.at }
}

function add(map: Map<string, number>, key: string, n: number): void {
  map.set(key, (map.get(key) ?? 0) + n)
}

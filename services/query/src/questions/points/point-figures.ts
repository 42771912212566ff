/** What is known of a counter or state of some sensors in one step, beside count and sum. */
export interface PointFigures {
  readonly resets: number
  /** Points whose increment nobody can know. */
  readonly unknown: number
  /** Milliseconds in each state, by label or code. */
  readonly duration: ReadonlyMap<string, number>
  readonly arrivals: ReadonlyMap<string, number>
  readonly last: number | string | null
  /** Epoch ms. */
  readonly lastAt: number
}

/** Adds up the figures of disjoint spans or sensors; `last` is the newer one's. */
export function mergePointFigures(a: PointFigures, b: PointFigures): PointFigures {
  const newer = b.last !== null && (a.last === null || b.lastAt >= a.lastAt) ? b : a
  return {
    ...{ resets: a.resets + b.resets, unknown: a.unknown + b.unknown },
    ...{ duration: added(a.duration, b.duration), arrivals: added(a.arrivals, b.arrivals) },
    ...{ last: newer.last, lastAt: newer.lastAt },
  }
}

function added(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  if (a.size === 0) return b
  const sum = new Map(a)
  for (const [state, n] of b) sum.set(state, (sum.get(state) ?? 0) + n)
  return sum
}

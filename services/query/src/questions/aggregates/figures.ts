import { type PointFigures, mergePointFigures } from '../points/point-figures.ts'

/** What is known of some sensors' windows in one step: the merge of partials or windows. Integers as the tables keep them. */
export interface Figures {
  /** Readings of the property (events, where several properties are added up). */
  readonly count: number
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly last: number | null
  /** Instant of `last`, epoch ms. */
  readonly lastAt: number
  /** End of the newest window with an event, epoch ms; 0: none. */
  readonly heard: number
  /** Released values in it (protected streams). */
  readonly atoms: number
  /** Released values under a policy that the contract no longer states. */
  readonly foreign: number
  /** Of a counter or state: what its points say; absent where nothing is known of it. */
  readonly points?: PointFigures
}

export const NO_FIGURES: Figures = { count: 0, sum: null, min: null, max: null, last: null, lastAt: 0, heard: 0, atoms: 0, foreign: 0 }

/** Merges the figures of disjoint sets of windows. Associative and commutative. */
export function mergeFigures(a: Figures, b: Figures): Figures {
  const newer = b.last !== null && (a.last === null || b.lastAt > a.lastAt || (b.lastAt === a.lastAt && b.last > a.last)) ? b : a
  return {
    count: a.count + b.count,
    sum: either(a.sum, b.sum, (x, y) => x + y),
    min: either(a.min, b.min, Math.min),
    max: either(a.max, b.max, Math.max),
    last: newer.last,
    lastAt: newer.lastAt,
    heard: Math.max(a.heard, b.heard),
    atoms: a.atoms + b.atoms,
    foreign: a.foreign + b.foreign,
    ...bothPoints(a.points, b.points),
  }
}

function bothPoints(a: PointFigures | undefined, b: PointFigures | undefined): { points?: PointFigures } {
  if (a === undefined || b === undefined) return a === undefined && b === undefined ? {} : { points: (a ?? b) as PointFigures }
  return { points: mergePointFigures(a, b) }
}

function either(a: number | null, b: number | null, both: (a: number, b: number) => number): number | null {
  if (a === null) return b
  return b === null ? a : both(a, b)
}

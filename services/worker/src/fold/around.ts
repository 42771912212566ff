import { keepsPoints } from '@commonstream/schemas'
import type { PartitionFold } from './partition-fold.ts'
import type { Around } from './types.ts'
import type { Part } from './windows.ts'

/**
 * What of the chunk at hand a late part's revision depends on besides itself, copied, for the fold goes on: the parts of
 * closed windows that its points count from, or that count from them. Null where the window has no counters or states.
 */
export function aroundOf(fold: PartitionFold, { sensor, figures, lateFrontier, latePoints }: Part): Around | null {
  if (!figures.points?.some((points) => points !== null)) return null
  const begin = fold.begin ?? Number.NEGATIVE_INFINITY
  const parts = fold.windows.partsOf(sensor, begin, lateFrontier)
  const pointed = fold.documents.list.flatMap(({ properties }) => properties.filter(keepsPoints))
  return {
    begin,
    frontier: lateFrontier,
    late: new Map(latePoints),
    propertiesAt: (start) => fold.documents.at(start).properties,
    names: [...new Set(pointed.map(({ name }) => name))],
    parts: parts.map((p) => ({ ...p.span, figures: p.figures.clone() })),
  }
}

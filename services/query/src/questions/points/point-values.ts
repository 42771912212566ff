import { type Property, unitsOf } from '@commonstream/schemas'
import type { Figures } from '../aggregates/figures.ts'
import type { AggregateRequest } from '../aggregates/request.ts'

/** The figures of a row about a counter or state, in declared units; states in seconds. */
export interface PointValues {
  readonly count: number
  readonly sum?: number | null
  readonly resets?: number | null
  readonly duration?: Readonly<Record<string, number>> | null
  readonly arrivals?: Readonly<Record<string, number>> | null
  readonly last: number | string | null
}

type Asked = Pick<AggregateRequest, 'properties' | 'by'>

/** What a row has of a counter or state where nothing may be said, or nothing is known. */
export function noPoints({ properties: [property] }: Pick<Asked, 'properties'>): Partial<PointValues> {
  if (property?.kind === 'counter') return { resets: null }
  return property?.kind === 'state' ? { duration: null, arrivals: null } : {}
}

/**
 * The figures of a row, and whether they are all there is: of every increment it is known what was before, and of the
 * whole step in which state each expected sensor was. Null where nothing is known.
 */
export function pointValues(
  { properties, by }: Asked,
  { count, sum, points }: Figures,
  o: { readonly expected: number; readonly stepMs: number },
): { values: PointValues; complete: boolean } | null {
  if (points === undefined) return null
  const property = properties[0] as Property
  const has = (aggregate: 'sum' | 'duration' | 'arrivals' | 'last') => property.aggregates.includes(aggregate)
  const { toUnits } = unitsOf(property)
  const shown = typeof points.last === 'number' ? toUnits(points.last) : points.last
  const common = { count, last: by === 'sensor' && has('last') ? shown : null }
  if (property.kind === 'counter') {
    const known = has('sum') && sum !== null
    const values = { ...common, sum: known ? toUnits(sum) : null, resets: known ? points.resets : null }
    return { values, complete: points.unknown === 0 }
  }
  const seconds = [...points.duration].map(([state, ms]): [string, number] => [state, ms / 1_000])
  const values = {
    ...common,
    duration: has('duration') ? record(seconds) : null,
    arrivals: has('arrivals') ? record([...points.arrivals]) : null,
  }
  const known = [...points.duration.values()].reduce((all, ms) => all + ms, 0)
  return { values, complete: !has('duration') || known >= o.expected * o.stepMs }
}

/** By state, in the order of their names. */
function record(entries: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

import type { Property } from '../contract/stream.ts'
import { unitsOf } from '../derive/units.ts'
import { type CounterChange, counterChange } from './counter.ts'
import type { Point } from './points.ts'
import { type StateChange, stateChange } from './state.ts'

/** What the points of one window say of a property (protocol section 5). */
export type Change = CounterChange | StateChange

type Pointed = Pick<Property, 'kind' | 'resolution' | 'rollover'>

/**
 * Differences a property's points in one window. The one place where this is done: the worker publishes by it, the
 * query service answers by it for windows that are not closed.
 * @param points in order; without any there is nothing to say (null)
 * @param before the last point before them; null: none is known
 * @param span half-open, epoch ms
 */
export function changeOf(
  property: Pointed,
  points: readonly Point[],
  before: Point | null,
  span: { readonly start: number; readonly end: number },
): Change | null {
  if (points.length === 0) return null
  return property.kind === 'counter' ? counterChange(points, before, rolloverOf(property)) : stateChange(points, before, span)
}

function rolloverOf({ rollover, resolution }: Pointed): number | null {
  return rollover === undefined ? null : unitsOf({ resolution }).toInteger(Number(rollover))
}

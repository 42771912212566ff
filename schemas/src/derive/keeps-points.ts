import type { Property } from '../contract/stream.ts'

/**
 * Whether a property is folded as its points in time order (`counter`, `state`; protocol section 5) and not as sums. One
 * that the contract does not aggregate is kept in readings alone.
 */
export function keepsPoints({ kind, aggregates }: Pick<Property, 'kind' | 'aggregates'>): boolean {
  return (kind === 'counter' || kind === 'state') && aggregates.length > 0
}

import type { AlertRule, Property } from '../contract/stream.ts'
import type { Variables } from './condition.ts'

/**
 * What the conditions of a rule may read: with `on: reading` the properties, with `on: window` the window's `count` of
 * events and the properties' figures (`level_max`, `level_mean`, `level_count`). All are doubles in declared units. In
 * a protected stream a window rule sees the released sums and nothing else.
 */
export function ruleVariables(
  properties: readonly Pick<Property, 'name' | 'aggregates'>[],
  on: AlertRule['on'],
  isProtected: boolean,
): Variables {
  if (on === 'reading') return allDoubles(properties.map((p) => p.name))
  if (isProtected) return allDoubles(properties.filter((p) => p.aggregates.includes('sum')).map((p) => `${p.name}_sum`))
  return allDoubles(['count', ...properties.flatMap(figuresOf)])
}

function figuresOf({ name, aggregates }: Pick<Property, 'name' | 'aggregates'>): string[] {
  if (aggregates.length === 0) return []
  const figures = new Set<string>(['count', ...aggregates])
  if (figures.has('mean')) figures.add('sum')
  return [...figures].map((figure) => `${name}_${figure}`)
}

function allDoubles(names: readonly string[]): Variables {
  return Object.fromEntries(names.map((name) => [name, 'double']))
}

import type { AlertRule, Property } from '../contract/stream.ts'
import type { Variables } from './condition.ts'

type Seen = Pick<Property, 'name' | 'aggregates'> & { readonly kind?: Property['kind']; readonly label?: boolean }

/**
 * What the conditions of a rule may read: with `on: reading` the properties, with `on: window` the window's `count` of
 * events and the properties' figures (`level_max`, `level_mean`, `level_count`; of a counter `_sum` is what it counted
 * up). All are doubles in declared units, so labels and figures by label are not among them. In a protected stream a
 * window rule sees the released sums and nothing else.
 */
export function ruleVariables(properties: readonly Seen[], on: AlertRule['on'], isProtected: boolean): Variables {
  if (on === 'reading') return allDoubles(properties.filter((p) => !p.label).map((p) => p.name))
  if (isProtected) return allDoubles(properties.filter((p) => p.aggregates.includes('sum')).map((p) => `${p.name}_sum`))
  return allDoubles(['count', ...properties.flatMap(figuresOf)])
}

function figuresOf({ name, kind, aggregates, label }: Seen): string[] {
  if (aggregates.length === 0) return []
  const figures = new Set<string>(['count', ...aggregates])
  if (figures.has('mean')) figures.add('sum')
  if (kind === 'counter' && figures.has('sum')) figures.add('resets')
  for (const byLabel of ['duration', 'arrivals']) figures.delete(byLabel)
  if (label) figures.delete('last')
  return [...figures].map((figure) => `${name}_${figure}`)
}

function allDoubles(names: readonly string[]): Variables {
  return Object.fromEntries(names.map((name) => [name, 'double']))
}

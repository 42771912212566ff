import type { AlertRule, Property } from '../contract/stream.ts'
import type { Variables } from './condition.ts'

/**
 * What the conditions of a rule may read: with `on: reading` the properties, with `on: window` the figures' columns
 * (`level_max`, `direction_1_sum`). All are doubles in declared units. In a protected stream a window rule sees the
 * released sum, which is the only column such a stream has.
 */
export function ruleVariables(properties: readonly Pick<Property, 'name' | 'aggregates'>[], on: AlertRule['on'], isProtected: boolean): Variables {
  const variables: Record<string, 'double'> = {}
  for (const { name, aggregates } of properties) {
    if (on === 'reading') {
      variables[name] = 'double'
      continue
    }
    if (aggregates.includes('sum') || aggregates.includes('mean')) variables[`${name}_sum`] = 'double'
    if (isProtected) continue
    if (aggregates.length > 0) variables[`${name}_count`] = 'double'
    for (const figure of ['min', 'max', 'last'] as const) {
      if (aggregates.includes(figure)) variables[`${name}_${figure}`] = 'double'
    }
  }
  return variables
}

import { type Variables, compileCondition } from '../derive/condition.ts'
import { ruleVariables } from '../derive/rule-variables.ts'
import type { Contract } from './contract-schema.ts'
import { durationMs } from './duration.ts'
import type { SourceFile } from './source-file.ts'
import type { AlertRule, Property } from './stream.ts'

/** The alert rules of a contract, their conditions compiled once to find faults before they run. */
export function readRules(contract: Contract, properties: readonly Property[], isProtected: boolean, source: SourceFile): AlertRule[] {
  const names = new Set<string>()
  return (contract.alerts ?? []).map((written, index) => {
    const path = ['alerts', index]
    if (names.has(written.rule)) source.fault([...path, 'rule'], `rule "${written.rule}" is there twice`)
    names.add(written.rule)
    const variables = ruleVariables(properties, written.on, isProtected)
    for (const key of ['when', 'clear'] as const) {
      const message = conditionFault(written[key], variables)
      if (message !== null) source.fault([...path, key], `${message}; it may use ${Object.keys(variables).join(', ')}`)
    }
    const forMs = written.for === undefined ? 0 : durationMs(written.for)
    if (forMs === null) source.fault([...path, 'for'], `"${written.for}" is no usable duration`)
    return {
      rule: written.rule,
      version: written.version ?? 1,
      on: written.on,
      when: written.when,
      clear: written.clear,
      forMs: forMs ?? 0,
      severity: written.severity,
      title: written.title,
    }
  })
}

function conditionFault(expression: string, variables: Variables): string | null {
  try {
    compileCondition(expression, variables)
    return null
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

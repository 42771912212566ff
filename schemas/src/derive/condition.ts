import { type ASTNode, Environment } from '@marcbachmann/cel-js'

/** What a condition may read: names with their CEL types. */
export type Variables = Readonly<Record<string, 'double' | 'string'>>

/** What a rule sees. */
export type RuleValues = Readonly<Record<string, number | string | null>>

/** A compiled condition of an alert rule. */
export interface Condition {
  /** The variables that it reads, sorted. */
  readonly reads: readonly string[]
  /**
   * Whether it holds; null where a variable that it reads is null: then there is nothing to judge.
   * @throws EvaluationError of cel-js, where an expression fails on these values (a division of ints by zero)
   */
  holds(values: RuleValues): boolean | null
}

/** Keeps a contract from hiding a program in a rule. */
const LIMITS = { maxAstNodes: 200, maxDepth: 20, maxListElements: 50, maxMapEntries: 0, maxCallArguments: 8 }

/**
 * Compiles a CEL expression over declared variables, in the units of the contract: all numbers are doubles, so
 * literals in arithmetic are written with a point (`level * 2.0 > 7`); in comparisons `level >= 7` is fine.
 * @throws RangeError naming the fault: syntax, an unknown variable, a wrong type, not a truth value
 */
export function compileCondition(expression: string, variables: Variables): Condition {
  const environment = new Environment({ limits: LIMITS })
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type)
  const checked = environment.check(expression)
  if (!checked.valid) throw new RangeError(`"${expression}": ${checked.error?.message.split('\n')[0]}`)
  if (checked.type !== 'bool') throw new RangeError(`"${expression}" is a ${checked.type}, not a truth value`)
  const compiled = environment.parse(expression)
  const reads = [...identifiers(compiled.ast)].filter((name) => Object.hasOwn(variables, name)).sort()
  return {
    reads,
    holds(values) {
      for (let i = 0; i < reads.length; i++) {
        const value = values[reads[i] as string]
        if (value === null || value === undefined) return null
      }
      return compiled(values) as boolean
    },
  }
}

function identifiers(node: ASTNode, found = new Set<string>()): Set<string> {
  if (node.op === 'id') found.add(node.args)
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit)
    else if (typeof part === 'object' && part !== null && 'op' in part) identifiers(part as ASTNode, found)
  }
  visit(node.args)
  return found
}

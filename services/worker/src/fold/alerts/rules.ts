import { CityError } from '@commonstream/runtime'
import { type AlertRule, compileCondition, type Condition, type FoldDocument, ruleVariables } from '@commonstream/schemas'
import { FLAP_MS, FLAP_WINDOWS } from './advance.ts'

/** A rule of a document, ready to judge. */
export interface Rule extends AlertRule {
  readonly condition: Condition
  readonly clearing: Condition
  /** What `when` and `clear` read: the values of its records. */
  readonly reads: readonly string[]
  readonly flapMs: number
}

/** The rules of one fold document. */
export interface Rules {
  /** First window start that is judged by them; null: from the beginning of time. */
  readonly from: number | null
  readonly reading: readonly Rule[]
  readonly window: readonly Rule[]
}

/**
 * Compiles a document's rules.
 * @throws CityError `ALERT_RULE_INVALID`: the contract's loader refuses such a rule, so the document is not ours
 */
export function compileRules(document: FoldDocument): Rules {
  const all = document.alerts.map((rule) => compile(document, rule))
  return { from: document.from, reading: all.filter((r) => r.on === 'reading'), window: all.filter((r) => r.on === 'window') }
}

function compile(document: FoldDocument, rule: AlertRule): Rule {
  const variables = ruleVariables(document.properties, rule.on, document.disclosure !== null)
  try {
    const condition = compileCondition(rule.when, variables)
    const clearing = compileCondition(rule.clear, variables)
    const reads = [...new Set([...condition.reads, ...clearing.reads])].sort()
    const flapMs = rule.on === 'window' ? Math.max(FLAP_MS, FLAP_WINDOWS * document.sizeMs) : FLAP_MS
    return { ...rule, condition, clearing, reads, flapMs }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new CityError('ALERT_RULE_INVALID', `Rule ${rule.rule} of ${document.stream}: ${error.message}`, { cause: error })
  }
}

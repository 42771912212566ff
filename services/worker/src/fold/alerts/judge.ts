import type { AlertRule, Condition } from '@commonstream/schemas'
import { EvaluationError } from '@marcbachmann/cel-js'
import { advance } from './advance.ts'
import type { Memory, Subject } from './memory.ts'
import type { Rule } from './rules.ts'
import { transitionRecord } from './transition.ts'
import type { AlertState, Place, Transition } from './types.ts'

export type Values = Readonly<Record<string, number | null>>

/** A reading or a closed window of one subject. */
export interface Sight {
  readonly on: AlertRule['on']
  readonly at: number
  /** The event's id, or the window. */
  readonly name: string
  readonly values: Values
  readonly place: Place
}

const NONE: readonly Transition[] = []
const NOTHING = { phase: 'inactive', since: null, opening: '', recent: [], flapping: false } as const

/** Judges what is seen of a subject by rules, against what is remembered of it. */
export class Judge {
  readonly faults = new Map<string, { count: number; reason: string }>()
  /** Whether the stream is, or was under an earlier document, protected. */
  isProtected = false
  readonly #stream: string
  readonly #memory: Memory

  constructor(stream: string, memory: Memory) {
    this.#stream = stream
    this.#memory = memory
  }

  judge(
    subject: Subject,
    rules: readonly Rule[],
    on: AlertRule['on'],
    at: number,
    name: string,
    values: Values,
    place: Place,
  ): readonly Transition[] {
    if (subject.states === null && !this.#anyHolds(rules, values)) return NONE
    const sight = { on, at, name, values, place }
    const transitions = this.#endOrphans(subject, rules, sight)
    for (const rule of rules) {
      const transition = this.#judgeOne(subject, rule, sight)
      if (transition !== null) transitions.push(transition)
    }
    return transitions
  }

  /** The quiet way, for nearly every reading: nothing remembered, nothing to remember, nothing allocated. */
  #anyHolds(rules: readonly Rule[], values: Values): boolean {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as Rule
      if (this.#truth(rule, rule.condition, values) === true) return true
    }
    return false
  }

  #judgeOne(subject: Subject, rule: Rule, { on, at, name, values, place }: Sight): Transition | null {
    const holds = this.#truth(rule, rule.condition, values)
    if (holds === null) return null
    const before: AlertState = subject.states?.get(rule.rule) ?? {
      version: rule.version,
      on,
      severity: rule.severity,
      title: rule.title,
      ...NOTHING,
    }
    const clears = !holds && this.#truth(rule, rule.clearing, values) === true
    const { state, announce } = advance(before, { at, holds, clears, place: name, forMs: rule.forMs, flapMs: rule.flapMs })
    this.#memory.keep(subject, rule.rule, state)
    if (announce === null) return null
    const seen = Object.fromEntries(rule.reads.map((read) => [read, values[read] ?? null]))
    return this.#record(subject, rule.rule, announce === 'firing' ? state : before, announce, at, seen, place)
  }

  /** Forgets states whose rule is gone or was changed, and resolves what was announced of them. */
  #endOrphans(subject: Subject, rules: readonly Rule[], { on, at, place }: Sight): Transition[] {
    const transitions: Transition[] = []
    for (const [name, state] of [...(subject.states ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const rule = rules.find((r) => r.rule === name)
      const isOrphan = state.on === on ? rule?.version !== state.version : rule !== undefined
      if (!isOrphan) continue
      this.#memory.forget(subject, name)
      if (state.phase === 'firing' || state.phase === 'clearing')
        transitions.push(this.#record(subject, name, state, 'resolved', at, {}, place))
    }
    return transitions
  }

  #record(
    subject: Subject,
    rule: string,
    state: AlertState,
    transition: Transition['transition'],
    at: number,
    values: Record<string, number | null>,
    place: Place,
  ): Transition {
    const internal = this.isProtected && state.on === 'reading'
    return transitionRecord({ internal, stream: this.#stream, rule, subject: subject.name, state, transition, at, values, place })
  }

  /** Null where the expression has nothing to judge, or fails on these values: an event's fault must not stop the stream. */
  #truth(rule: Rule, condition: Condition, values: Values): boolean | null {
    try {
      return condition.holds(values)
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      this.faults.set(rule.rule, { count: (this.faults.get(rule.rule)?.count ?? 0) + 1, reason: error.summary })
      return null
    }
  }
}

import { createHash } from 'node:crypto'
import type { AlertRule, Condition, FoldDocument } from '@commonstream/schemas'
import { EvaluationError } from '@marcbachmann/cel-js'
import { advance } from './advance.ts'
import { compileRules, type Rule, type Rules } from './rules.ts'
import { transitionRecord } from './transition.ts'
import type { AlertState, AlertStateRow, Place, Transition } from './types.ts'

export type { AlertStateRow, Place, Transition } from './types.ts'

export type Values = Readonly<Record<string, number | null>>

/** The alert stage of one partition (protocol section 12): a pure function of the readings and windows it is shown. */
export interface Alerts {
  /**
   * Judges a reading, in arrival order. One that is not newer than the subject's last judged one is skipped.
   * @param values in declared units; a rule that reads a null is not judged
   */
  onReading(sensor: string, at: number, eventId: string, values: Values, place: Place): readonly Transition[]
  /** Judges a closed window under the document it lives under. Windows come in time order. */
  onWindow(sensor: string, window: { readonly start: number; readonly end: number }, values: Values, place: Place): readonly Transition[]
  /** Whether readings or windows are wanted: a rule judges them, or an incident of a rule that is gone waits for its end. */
  wants(on: AlertRule['on']): boolean
  /** All that is remembered, sorted by subject and rule: what is not inactive, what fired lately, and each subject's last `at`. */
  states(): AlertStateRow[]
  /** Replaces all that is remembered. */
  load(rows: readonly AlertStateRow[]): void
  /** SHA-256 of `states()`. */
  readonly hash: string
  /**
   * A document from the log: readings are judged by it from now on, windows from its `from`. Where a rule is gone or its
   * version another, an open incident is resolved at the subject's next reading or window.
   */
  setDocument(document: FoldDocument): void
  /** Rules whose expression failed on some values (which then were not judged): how often, and the last reason. */
  readonly faults: ReadonlyMap<string, { readonly count: number; readonly reason: string }>
}

interface Subject {
  /** Of the last judged reading. */
  at: number
  /** By rule; null while nothing is remembered, which is nearly always. */
  states: Map<string, AlertState> | null
}

const NONE: readonly Transition[] = []
const NOTHING = { phase: 'inactive', since: null, opening: '', recent: [], flapping: false } as const

/** @param stream its name, part of every alert's identity */
export function createAlerts(document: FoldDocument, stream: string): Alerts {
  /** The documents that a window to come may live under, oldest first. */
  let documents: Rules[] = [compileRules(document)]
  const newest = () => documents.at(-1) as Rules
  const subjects = new Map<string, Subject>()
  const faults = new Map<string, { count: number; reason: string }>()

  function subjectOf(name: string): Subject {
    let subject = subjects.get(name)
    if (subject === undefined) subjects.set(name, (subject = { at: Number.NEGATIVE_INFINITY, states: null }))
    return subject
  }

  function windowRules(start: number): readonly Rule[] {
    while (documents.length > 1 && start >= ((documents[1] as Rules).from ?? 0)) documents.shift()
    return (documents[0] as Rules).window
  }

  function truth(rule: Rule, condition: Condition, values: Values): boolean | null {
    try {
      return condition.holds(values)
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      faults.set(rule.rule, { count: (faults.get(rule.rule)?.count ?? 0) + 1, reason: error.summary })
      return null
    }
  }

  function judge(name: string, subject: Subject, on: AlertRule['on'], rules: readonly Rule[], at: number, opening: string, values: Values, place: Place): readonly Transition[] {
    let transitions: Transition[] | null = subject.states === null ? null : endOrphans(name, subject.states, on, rules, at, place)
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as Rule
      const holds = truth(rule, rule.condition, values)
      if (holds === null) continue
      const before = subject.states?.get(rule.rule)
      if (before === undefined && !holds) continue
      const state = before ?? { version: rule.version, on, severity: rule.severity, title: rule.title, ...NOTHING }
      const clears = !holds && truth(rule, rule.clearing, values) === true
      const { state: after, announce } = advance(state, { at, holds, clears, place: opening, forMs: rule.forMs, flapMs: rule.flapMs })
      remember(subject, rule.rule, after)
      if (announce === null) continue
      const seen = Object.fromEntries(rule.reads.map((read) => [read, values[read] ?? null]))
      const announced = announce === 'firing' ? after : state
      ;(transitions ??= []).push(transitionRecord({ stream, rule: rule.rule, subject: name, state: announced, transition: announce, at, values: seen, place }))
    }
    return transitions ?? NONE
  }

  /** Forgets states whose rule is gone or was changed, and resolves what was announced. */
  function endOrphans(name: string, states: Map<string, AlertState>, on: AlertRule['on'], rules: readonly Rule[], at: number, place: Place): Transition[] | null {
    let transitions: Transition[] | null = null
    for (const rule of [...states.keys()].sort()) {
      const state = states.get(rule) as AlertState
      if (state.on !== on || rules.some((r) => r.rule === rule && r.version === state.version)) continue
      states.delete(rule)
      if (state.phase !== 'firing' && state.phase !== 'clearing') continue
      ;(transitions ??= []).push(transitionRecord({ stream, rule, subject: name, state, transition: 'resolved', at, values: {}, place }))
    }
    return transitions
  }

  function states(): AlertStateRow[] {
    const rows: AlertStateRow[] = []
    for (const [subject, { at, states }] of subjects) {
      if (at !== Number.NEGATIVE_INFINITY) rows.push({ rule: '', subject, state: { at } })
      for (const [rule, state] of states ?? []) rows.push({ rule, subject, state })
    }
    return rows.sort((a, b) => compare(a.subject, b.subject) || compare(a.rule, b.rule))
  }

  return {
    faults,
    onReading(sensor, at, eventId, values, place) {
      const rules = newest().reading
      const subject = subjectOf(sensor)
      if (at <= subject.at) return NONE
      subject.at = at
      return judge(sensor, subject, 'reading', rules, at, eventId, values, place)
    },
    onWindow(sensor, { start, end }, values, place) {
      return judge(sensor, subjectOf(sensor), 'window', windowRules(start), end, `${start}|${end}`, values, place)
    },
    wants(on) {
      if (documents.some((rules) => rules[on].length > 0)) return true
      for (const { states } of subjects.values()) {
        for (const state of states?.values() ?? []) if (state.on === on) return true
      }
      return false
    },
    states,
    load(rows) {
      subjects.clear()
      for (const { rule, subject, state } of rows) {
        if (rule === '') subjectOf(subject).at = (state as { at: number }).at
        else remember(subjectOf(subject), rule, canonical(state as AlertState))
      }
    },
    get hash() {
      return createHash('sha256').update(JSON.stringify(states())).digest('hex')
    },
    setDocument(next) {
      documents = [...documents, compileRules(next)]
    },
  }
}

function remember(subject: Subject, rule: string, state: AlertState): void {
  if (state.phase !== 'inactive' || state.recent.length > 0) (subject.states ??= new Map()).set(rule, state)
  else if (subject.states?.delete(rule) && subject.states.size === 0) subject.states = null
}

/** The state with its keys in their one order, whatever a store made of them. */
function canonical({ version, on, severity, title, phase, since, opening, recent, flapping }: AlertState): AlertState {
  return { version, on, severity, title, phase, since, opening, recent, flapping }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import { hash } from 'node:crypto'
import type { AlertState, AlertStateRow } from './types.ts'

/** What the stage remembers of one sensor. */
export interface Subject {
  readonly name: string
  /** Of the last judged reading. */
  at: number
  /** By rule; null while nothing is remembered, which is nearly always. */
  states: Map<string, AlertState> | null
}

/** All that the alert stage of a partition remembers. */
export class Memory {
  readonly #subjects = new Map<string, Subject>()

  subject(name: string): Subject {
    let subject = this.#subjects.get(name)
    if (subject === undefined) this.#subjects.set(name, (subject = { name, at: Number.NEGATIVE_INFINITY, states: null }))
    return subject
  }

  /** Keeps a state, or forgets it where it says nothing any more. */
  keep(subject: Subject, rule: string, state: AlertState): void {
    if (state.phase !== 'inactive' || state.recent.length > 0) (subject.states ??= new Map()).set(rule, state)
    else this.forget(subject, rule)
  }

  forget(subject: Subject, rule: string): void {
    if (subject.states?.delete(rule) && subject.states.size === 0) subject.states = null
  }

  has(test: (state: AlertState) => boolean): boolean {
    return [...this.#subjects.values()].some(({ states }) => states !== null && [...states.values()].some(test))
  }

  /** Whole and sorted by subject and rule. */
  rows(): AlertStateRow[] {
    const rows: AlertStateRow[] = []
    for (const { name, at, states } of this.#subjects.values()) {
      if (at !== Number.NEGATIVE_INFINITY) rows.push({ rule: '', subject: name, state: { at } })
      for (const [rule, state] of states ?? []) rows.push({ rule, subject: name, state })
    }
    return rows.sort((a, b) => compare(a.subject, b.subject) || compare(a.rule, b.rule))
  }

  load(rows: readonly AlertStateRow[]): void {
    this.#subjects.clear()
    for (const { rule, subject, state } of rows) {
      if (rule === '') this.subject(subject).at = (state as { at: number }).at
      else this.keep(this.subject(subject), rule, canonical(state as AlertState))
    }
  }

  get hash(): string {
    return hash('sha256', JSON.stringify(this.rows()))
  }
}

/** The state with its keys in their one order, whatever a store made of them. */
function canonical({ version, on, severity, title, phase, since, opening, recent, flapping }: AlertState): AlertState {
  return { version, on, severity, title, phase, since, opening, recent, flapping }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import type { EventRecord, FoldDocument } from '@commonstream/schemas'
import type { Group } from './merge.ts'
import { OracleAlert, type OracleTransition } from './oracle-alerts.ts'

/** A protected window that was closed: its alert is judged on what is released of it. */
export interface Due {
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  readonly offset: number
}

const FOR_MS = 10_000

/** The rules of `sim-city.ts`, written down a second time: `peak` and `high` of open streams, `many` and `crowd` of protected ones. */
export class OracleAlerts {
  readonly transitions: OracleTransition[] = []
  readonly due: Due[] = []
  readonly #isProtected: boolean
  readonly #alerts = new Map<string, OracleAlert>()
  readonly #newest = new Map<string, number>()

  constructor(isProtected: boolean) {
    this.#isProtected = isProtected
  }

  /** In arrival order; what is not newer than the sensor's last is skipped. */
  reading(event: EventRecord, _properties: FoldDocument['properties']): void {
    if (event.at <= (this.#newest.get(event.sensor) ?? Number.NEGATIVE_INFINITY)) return
    this.#newest.set(event.sensor, event.at)
    const value = event[this.#isProtected ? 'passing' : 'level']
    if (typeof value !== 'number') return
    this.#judge(this.#isProtected ? 'many' : 'peak', event.sensor, 0, { at: event.at, holds: value >= 8, clears: value <= 2 })
  }

  /** A closed window of an open stream, in time order. */
  window(group: Group): void {
    const level = group.properties['level']
    if (level === undefined || level.count === 0) return
    const mean = level.sum / 10 / level.count
    this.#judge('high', group.sensor, FOR_MS, { at: group.start + group.sizeMs, holds: mean >= 5.5, clears: mean < 4.5 })
  }

  /** A released window. @param y of `passing` */
  released({ sensor, start, sizeMs }: Due, y: number): void {
    this.#judge('crowd', sensor, FOR_MS, { at: start + sizeMs, holds: y >= 16, clears: y < 8 })
  }

  #judge(rule: string, sensor: string, forMs: number, judgement: { at: number; holds: boolean; clears: boolean }): void {
    const key = `${rule}|${sensor}`
    let alert = this.#alerts.get(key)
    if (alert === undefined) this.#alerts.set(key, (alert = new OracleAlert(rule, sensor, forMs)))
    const transition = alert.judge(judgement)
    if (transition !== null) this.transitions.push(transition)
  }
}

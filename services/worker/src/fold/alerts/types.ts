import type { AlertRule } from '@commonstream/schemas'

/** A record of schemas/topics/alerts.avsc, and which of the two topics it is for. */
export interface Transition extends Record<string, unknown> {
  /** It tells of x of a protected stream (a reading rule does): for `city.alerts.internal` (protocol section 8.7). */
  readonly internal: boolean
  readonly alertId: string
  readonly incident: string
  readonly stream: string
  readonly rule: string
  readonly ruleVersion: number
  readonly subject: string
  readonly transition: 'firing' | 'resolved'
  readonly severity: string
  readonly title: string
  readonly at: number
  readonly values: Record<string, number | null>
  readonly partition: number
  readonly offset: number
}

/** Where the deciding record stands. */
export interface Place {
  readonly partition: number
  readonly offset: number
}

export type Phase = 'inactive' | 'pending' | 'firing' | 'clearing'

/**
 * What is remembered of one rule and subject. It holds all that a later judgement and its record need, so an incident
 * ends under the rule that opened it, whatever the contract says by then.
 */
export interface AlertState {
  readonly version: number
  readonly on: AlertRule['on']
  readonly severity: string
  readonly title: string
  readonly phase: Phase
  /** When the phase began; of `clearing`: since when `clear` has held without a break, null where it does not. */
  readonly since: number | null
  /** The event (its id) or window (`<start>|<end>`) that opened the incident. */
  readonly opening: string
  /** Times of the transitions that were announced lately. */
  readonly recent: readonly number[]
  /** Too many were: the incident stays open until things have been calm. */
  readonly flapping: boolean
}

/** A row of `alert_states`. With an empty rule it is the subject's last `at` (`on: reading`). */
export interface AlertStateRow {
  readonly rule: string
  readonly subject: string
  readonly state: unknown
}

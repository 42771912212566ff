import type { Reason } from '../derive/reasons.ts'

/** A value as a payload carries it. Numbers are finite. */
export type Value = number | string | boolean | null

/** One reading as a decoder hands it over; whether it may become an event is the bridge's to judge. */
export interface Reading {
  /** The sensor as the payload names it; null where it names none (then the topic does). */
  readonly sensor: string | null
  /** Epoch ms; null where no usable time was given. */
  readonly at: number | null
  /**
   * False where `at` is only when somebody received it: two receptions of one uplink differ in it, so it is no part of
   * the reading's identity, and `boot` and `seq` tell uplinks apart.
   */
  readonly dated: boolean
  readonly boot: string | null
  readonly seq: number | null
  readonly values: Readonly<Record<string, Value>>
  /** Names of what its payload said besides and the stream's mapping does not take; absent where there is nothing. */
  readonly dropped?: readonly string[]
}

/** Why a payload gives no readings. A value, never thrown; the detail names places and formats, never a value. */
export class Refused {
  readonly reason: Extract<Reason, 'undecodable' | 'invalid' | 'too_large'>
  readonly detail: string

  constructor(reason: Refused['reason'], detail: string) {
    this.reason = reason
    this.detail = detail
  }
}

/** What became of a payload: its readings, single ones of which (a row, a feature) may be refused, or none at all. */
export type Decoded = readonly (Reading | Refused)[] | Refused

/** Whether a value may stand in a reading: no object, no list, no number that is none. */
export function isValue(value: unknown): value is Value {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

import type { Refusal } from './refusal.ts'

type Fields = Readonly<Record<string, unknown>>

const NOTHING: readonly string[] = []

/** A decoded reading with whose it is, ready to be judged. */
export class Taken {
  readonly sensor: string
  /** Its values, `at`, `boot` and `seq` as the `json` codec has them. */
  readonly fields: Fields
  /** Whether `at` is the sensor's own word. */
  readonly dated: boolean
  /** Names of what its payload said besides. */
  readonly dropped: readonly string[]

  constructor(sensor: string, fields: Fields, dated = true, dropped: readonly string[] = NOTHING) {
    this.sensor = sensor
    this.fields = fields
    this.dated = dated
    this.dropped = dropped
  }
}

/** A decoded reading of a sensor that it may not be of; `sensor` as far as it may be kept. */
export class Stray {
  readonly sensor: string
  readonly fields: Fields
  readonly refusal: Refusal

  constructor(sensor: string, fields: Fields, refusal: Refusal) {
    this.sensor = sensor
    this.fields = fields
    this.refusal = refusal
  }
}

import type { Refusal } from './refusal.ts'

type Fields = Readonly<Record<string, unknown>>

/** A decoded reading with whose it is, ready to be judged. */
export class Taken {
  readonly sensor: string
  /** Its values, `at`, `boot` and `seq` as the `json` codec has them. */
  readonly fields: Fields
  /** Whether `at` is the sensor's own word. */
  readonly dated: boolean

  constructor(sensor: string, fields: Fields, dated = true) {
    this.sensor = sensor
    this.fields = fields
    this.dated = dated
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

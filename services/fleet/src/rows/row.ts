/** What one reading says: the json codec's object, `at` as RFC 3339 with offset, then the properties. */
export type Payload = Readonly<Record<string, string | number>>

/** One published reading of one sensor, as its sensor would have sent it. */
export interface Row {
  /** Public sensor id, as in the contract's `sensors.geojson`. */
  readonly sensor: string
  /** Epoch ms; the instant of `payload.at`. */
  readonly at: number
  readonly payload: Payload
}

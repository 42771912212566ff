/** What one reading of the `json` codec says: `at` as RFC 3339 with offset, then the properties. */
export type JsonPayload = Readonly<Record<string, string | number>>

/** What a sensor sends: an object, sent as JSON, or the text of another codec. */
export type Payload = Readonly<Record<string, unknown>> | string

/** One published reading of one sensor, as its sensor would have sent it. */
export interface Row<P extends Payload = Payload> {
  /** Public sensor id, as in the contract's `sensors.geojson`. */
  readonly sensor: string
  /** When it is sent, epoch ms: the instant of the reading, or of the poll that told it. */
  readonly at: number
  readonly payload: P
}

/** The limits of the endpoint for POSTs. */
export const LIMITS = {
  bodyBytes: 1024 * 1024,
  /** Everything unacknowledged, all requests together. */
  allBytes: 32 * 1024 * 1024,
  connections: 1_000,
  headersMs: 10_000,
  requestMs: 30_000,
  /** How long a request may wait for Kafka before it is told to come again. */
  waitMs: 30_000,
  /** The same while the bridge stops. */
  stopMs: 5_000,
  /** Refused readings that an answer lists. */
  errors: 100,
} as const

/** What a city's own decoder may take. */
export interface Limits {
  /** Time for one payload. */
  readonly timeMs: number
  /** Time to start its process, waited for at the first payload and after it was ended. */
  readonly startMs: number
  /** Memory for its objects, and for all that its process can write to; the engine reserves half of the latter for itself. */
  readonly heapMb: number
  readonly dataMb: number
  /** Bytes of one payload and of what comes of it. */
  readonly payloadBytes: number
  readonly replyBytes: number
  /** How often in `faultsMs` it may have to be ended before it is left alone for the rest of that time. */
  readonly faults: number
  readonly faultsMs: number
}

/** A decoder that does all the harm it can takes the bridge a few seconds a minute, and half a gigabyte. */
export const LIMITS: Limits = {
  timeMs: 1_000,
  startMs: 10_000,
  heapMb: 64,
  dataMb: 1_024,
  payloadBytes: 1_048_576,
  replyBytes: 1_048_576,
  faults: 3,
  faultsMs: 60_000,
}

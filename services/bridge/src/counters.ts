import type { Reason } from '@commonstream/schemas'

/** Names of undeclared fields that are counted one by one; the rest are counted together. */
const MOST_NAMES = 32
const USABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,47}$/
export const OTHER_FIELDS = 'other'

/** What came of a poll: readings, nothing new, something that is no data, or no answer. */
export type PollOutcome = 'taken' | 'unmodified' | 'refused' | 'failed'

/** What became of one stream's readings since the bridge started. */
export class StreamCounters {
  /** Readings that arrived: each is stored, refused or still on its way. */
  received = 0
  /** Acknowledged by Kafka. */
  stored = 0
  clamped = 0
  /** Readings of polls that the poll before held already; not among the received. */
  repeated = 0
  readonly polls: Record<PollOutcome, number> = { taken: 0, unmodified: 0, refused: 0, failed: 0 }
  readonly refused = new Map<Reason, number>()
  readonly dropped = new Map<string, number>()

  refuse(reason: Reason): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1)
  }

  /** Counts fields that no schema declares. Their names come from outside, so only a few plain ones are kept. */
  drop(names: readonly string[]): void {
    for (const name of names) {
      const kept = this.dropped.has(name) || (this.dropped.size < MOST_NAMES && USABLE_NAME.test(name)) ? name : OTHER_FIELDS
      this.dropped.set(kept, (this.dropped.get(kept) ?? 0) + 1)
    }
  }

  toJSON(): object {
    const { received, stored, clamped, repeated } = this
    return { received, stored, clamped, repeated, refused: Object.fromEntries(this.refused), dropped: Object.fromEntries(this.dropped) }
  }
}

/** What became of connections and packets since the bridge started. */
export class SourceCounters {
  connections = 0
  connected = 0
  takenOver = 0
  timedOut = 0
  /** Connections that were closed because the client broke the protocol or a limit. */
  faulty = 0
  refusedLogins = 0
  turnedAway = 0
  subscriptionsRefused = 0
  /** Clients that went without a word and had left a will. */
  wills = 0
  retained = 0
  /** Retained messages that a broker delivered at subscription: state, no events. */
  stateDeliveries = 0
  qos0 = 0
  qos0Shed = 0
  /** Times that a connection had to wait because too much was unacknowledged. */
  pauses = 0
  sessionsLost = 0
  posts = 0
  /** POSTs refused because too much was unacknowledged, or answered that Kafka did not acknowledge in time. */
  postsPutOff = 0
}

/** All counters of a bridge; metrics and the health page read them. */
export class Counters {
  readonly source = new SourceCounters()
  readonly streams: ReadonlyMap<string, StreamCounters>
  /** Messages whose topic belongs to no stream. */
  readonly astray = new StreamCounters()
  sendRetries = 0

  constructor(streams: readonly string[]) {
    this.streams = new Map(streams.map((name) => [name, new StreamCounters()]))
  }

  of(stream: string | null): StreamCounters {
    return (stream === null ? undefined : this.streams.get(stream)) ?? this.astray
  }
}

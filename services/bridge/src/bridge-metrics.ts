import type { Telemetry } from '@commonstream/runtime'
import type { Counters, SourceCounters } from './counters.ts'

/** What the metrics read besides the counters, at the moment they are asked for. */
export interface Gauges {
  connections(): number
  unacknowledgedBytes(): number
  heldBytes(): number
  /** Epoch ms that the last tick said; null before the first. */
  lastAsOf(): number | null
  appendSkewMs(): number
  /** Days until each stream's review; infinite where none is due. */
  reviewDays(): ReadonlyMap<string, number>
}

const SOURCE_METRICS: Record<keyof SourceCounters, string> = {
  connections: 'connections accepted',
  connected: 'clients connected',
  takenOver: 'connections replaced by a newer one with the same client id',
  timedOut: 'clients that were silent for longer than their keep alive allows',
  faulty: 'connections closed for breaking the protocol or a limit',
  refusedLogins: 'CONNECTs refused',
  turnedAway: 'connections turned away because there were too many',
  subscriptionsRefused: 'SUBSCRIBEs and UNSUBSCRIBEs refused',
  wills: 'clients gone without a word that had left a will',
  retained: 'events that were published with the retain flag',
  stateDeliveries: 'retained messages delivered by the broker at subscription',
  qos0: 'messages with QoS 0',
  qos0Shed: 'messages with QoS 0 that made room for others',
  pauses: 'times that a connection had to wait because too much was unacknowledged',
  posts: 'POSTs of readings taken',
  postsPutOff: 'POSTs put off because Kafka did not acknowledge in time',
  sessionsLost: 'times that the broker had forgotten the session',
}

/** Publishes a bridge's counters as OpenTelemetry metrics: read when asked for, so that counting costs nothing. */
export function bridgeMetrics({ meter }: Telemetry, counters: Counters, gauges: Gauges): void {
  const observe = (name: string, description: string, of: () => Iterable<readonly [number, Record<string, string>]>) => {
    meter.createObservableCounter(name, { description }).addCallback((result) => {
      for (const [value, labels] of of()) result.observe(value, labels)
    })
  }
  const gauge = (name: string, description: string, of: () => Iterable<readonly [number, Record<string, string>]>) => {
    meter.createObservableGauge(name, { description }).addCallback((result) => {
      for (const [value, labels] of of()) result.observe(value, labels)
    })
  }
  const streams = () => [...counters.streams, ['', counters.astray] as const]
  observe('city_bridge_readings_received', 'Readings that arrived', () => streams().map(([stream, c]) => [c.received, { stream }]))
  observe('city_bridge_events_stored', 'Events acknowledged by Kafka', () => streams().map(([stream, c]) => [c.stored, { stream }]))
  observe('city_bridge_events_clamped', 'Events whose time lay too far ahead', () =>
    streams().map(([stream, c]) => [c.clamped, { stream }]),
  )
  observe('city_bridge_readings_repeated', 'Readings of polls that the poll before held already', () =>
    streams().map(([stream, c]) => [c.repeated, { stream }]),
  )
  observe('city_bridge_polls', 'Polls of feeds, by outcome', () =>
    streams().flatMap(([stream, c]) => Object.entries(c.polls).map(([outcome, n]) => [n, { stream, outcome }] as const)),
  )
  observe('city_bridge_readings_refused', 'Readings refused, by reason', () =>
    streams().flatMap(([stream, c]) => [...c.refused].map(([reason, n]) => [n, { stream, reason }] as const)),
  )
  observe('city_bridge_fields_dropped', 'Undeclared fields dropped, by name', () =>
    streams().flatMap(([stream, c]) => [...c.dropped].map(([field, n]) => [n, { stream, field }] as const)),
  )
  observe('city_bridge_send_retries', 'Tries to send to Kafka that had to be repeated', () => [[counters.sendRetries, {}]])
  observe('city_bridge_source', `What happened at the source: ${Object.keys(SOURCE_METRICS).join(', ')}`, () =>
    Object.keys(SOURCE_METRICS).map((what) => [counters.source[what as keyof SourceCounters], { what }]),
  )
  gauge('city_bridge_connections', 'Connections now', () => [[gauges.connections(), {}]])
  gauge('city_bridge_unacknowledged_bytes', 'Memory of what Kafka has not acknowledged', () => [[gauges.unacknowledgedBytes(), {}]])
  gauge('city_bridge_held_bytes', 'Bytes read and not taken yet', () => [[gauges.heldBytes(), {}]])
  gauge('city_bridge_append_skew_ms', "How far Kafka's append time lies outside the machine's clock", () => [[gauges.appendSkewMs(), {}]])
  gauge('city_bridge_tick_as_of_seconds', 'Instant that the last tick said', () =>
    gauges.lastAsOf() === null ? [] : [[(gauges.lastAsOf() as number) / 1_000, {}]],
  )
  gauge('city_bridge_review_days', "Days until a stream's privacy assessment must be reviewed", () =>
    [...gauges.reviewDays()].map(([stream, days]) => [days, { stream }] as const),
  )
}

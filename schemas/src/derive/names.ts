/** The names that Kafka and ClickHouse know a stream by. */
export const DATABASE = 'city'
export const ALERTS_TOPIC = 'city.alerts'
export const INTERNAL_ALERTS_TOPIC = 'city.alerts.internal'
export const QUARANTINE_TOPIC = 'city.quarantine'
/** Which quarantined messages were sent again, by their place (compacted). */
export const REPLAYS_TOPIC = 'city.quarantine.replays'
/** Every fold document that was put into a log, by stream (infra's record; compacted). */
export const DOCUMENTS_TOPIC = 'city.documents'

/** Every decision about a stream (infra's record; nothing is ever removed). */
export const DECISIONS_TOPIC = 'city.decisions'

/** The topic of a stream's events, ticks and fold markers. */
export function eventsTopic(stream: string): string {
  return `city.${stream}.events`
}

/** The topic of a stream's closed windows. */
export function windowsTopic(stream: string): string {
  return `city.${stream}.windows`
}

/** The prefix of a stream's tables. */
export function tableOf(stream: string): string {
  return stream.replaceAll('-', '_')
}

/** The consumer group that folds a stream. */
export function groupOf(stream: string): string {
  return `city-${stream}`
}

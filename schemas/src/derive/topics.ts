import type { City, Stream } from '../contract/stream.ts'
import {
  ALERTS_TOPIC,
  DECISIONS_TOPIC,
  DOCUMENTS_TOPIC,
  INTERNAL_ALERTS_TOPIC,
  QUARANTINE_TOPIC,
  REPLAYS_TOPIC,
  eventsTopic,
  windowsTopic,
} from './names.ts'

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** Every setting that we set; the rest is the broker's default. */
  readonly config: Readonly<Record<string, string>>
  readonly compacted: boolean
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SEGMENT_BYTES = 256 * 1024 * 1024
const COMPACT_SEGMENT_BYTES = 64 * 1024 * 1024

/** The topics of a city with their settings: two per stream and the shared ones. */
export function topicsOf(city: Pick<City, 'streams'>): TopicSpec[] {
  return [
    ...city.streams.flatMap((stream) => [events(stream), windows(stream)]),
    dated(ALERTS_TOPIC, 1, 30 * DAY),
    dated(INTERNAL_ALERTS_TOPIC, 1, 30 * DAY),
    dated(QUARANTINE_TOPIC, 1, 30 * DAY),
    kept(DECISIONS_TOPIC),
    compacted(DOCUMENTS_TOPIC),
    compacted(REPLAYS_TOPIC),
  ]
}

// The fold measures silence by append time, so the broker's clock stamps events, never the client's.
function events(stream: Stream): TopicSpec {
  const spec = dated(eventsTopic(stream.name), stream.partitions, stream.retention.topicMs)
  return { ...spec, config: { ...spec.config, 'message.timestamp.type': 'LogAppendTime' } }
}

function windows(stream: Stream): TopicSpec {
  const config = {
    'cleanup.policy': 'compact,delete',
    'retention.ms': String(stream.retention.windowsMs),
    'retention.bytes': '-1',
    'segment.ms': String(DAY),
    'segment.bytes': String(COMPACT_SEGMENT_BYTES),
  }
  return { name: windowsTopic(stream.name), partitions: stream.partitions, config, compacted: true }
}

function compacted(name: string): TopicSpec {
  return { name, partitions: 1, config: { 'cleanup.policy': 'compact', 'segment.bytes': String(COMPACT_SEGMENT_BYTES) }, compacted: true }
}

/** Nothing is ever removed: not compacted either, so that a second record of a key does not replace the first. */
function kept(name: string): TopicSpec {
  const config = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' }
  return { name, partitions: 1, config, compacted: false }
}

/** Deleted by age. A segment goes as a whole, so it spans a twelfth of the retention: what is kept too long stays small. */
function dated(name: string, partitions: number, retentionMs: number): TopicSpec {
  const segmentMs = Math.min(7 * DAY, Math.max(HOUR, Math.round(retentionMs / 12)))
  const config = {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'retention.bytes': '-1',
    'segment.ms': String(segmentMs),
    'segment.bytes': String(SEGMENT_BYTES),
  }
  return { name, partitions, config, compacted: false }
}

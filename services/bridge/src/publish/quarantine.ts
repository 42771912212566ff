import type { Stream, TopicCodec } from '@commonstream/schemas'
import { hash } from 'node:crypto'
import { looksIdentifying } from '../decode/identifying.ts'
import type { Refusal } from '../decode/refusal.ts'

/** Most of a refused message that is kept. */
const KEPT_BYTES = 64 * 1024
const LONGEST_TOPIC = 256

/** What is known of a refused message. */
export interface Refused {
  /** Null where the topic belongs to no stream. */
  readonly stream: Stream | null
  readonly sensor: string
  readonly refusal: Refusal
  /** Null where it came by no topic: a poll, a POST. */
  readonly mqttTopic: string | null
  /** The message, or the reading of it that was refused; null where it was too large to be held. */
  readonly bytes: Buffer | null
  readonly length: number
  /** Of a message that was not held; else taken from `bytes`. */
  readonly sha256?: string
}

/**
 * The quarantine record of a refused message. Bytes and hash stay only where the stream is approved, neither protected
 * nor personal, and nothing in the message looks like a person's device or address: a hash of few possible values would
 * give them away.
 */
export function quarantineRecord(codec: TopicCodec, by: string, refused: Refused, at: number): Buffer {
  const { refusal, bytes } = refused
  const keeps = mayKeep(refused)
  return codec.encode({
    stream: refused.stream?.name ?? '',
    sensor: refused.sensor,
    reason: refusal.reason,
    detail: refusal.detail,
    at,
    by,
    mqttTopic: topicOf(refused),
    topic: null,
    partition: null,
    offset: null,
    length: refused.length,
    sha256: keeps ? (refused.sha256 ?? (bytes === null ? '' : hash('sha256', bytes, 'hex'))) : '',
    bytes: keeps && bytes !== null ? bytes.subarray(0, KEPT_BYTES) : null,
  })
}

function topicOf({ mqttTopic }: Refused): string | null {
  return mqttTopic === null || looksIdentifying(mqttTopic) ? null : mqttTopic.slice(0, LONGEST_TOPIC)
}

function mayKeep({ stream, refusal, bytes }: Refused): boolean {
  if (stream === null || stream.disclosure !== null || stream.personalData !== 'none') return false
  if (refusal.reason === 'not_approved' || refusal.reason === 'identifying') return false
  return bytes === null || !looksIdentifying(bytes.toString('latin1'))
}

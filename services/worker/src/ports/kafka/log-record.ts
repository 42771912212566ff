import type { KafkaMessage } from 'kafkajs'
import type { LogRecord } from '../../fold/types.ts'

/** All records of a batch carry the same text for their append time, which is parsed once. */
let parsed = { text: '', ms: 0 }
const NO_HEADERS = {}

/** What kafkajs hands on with each record and does not declare. */
interface Batched {
  readonly batchContext?: { readonly partitionLeaderEpoch: number }
}

export function logRecord(message: KafkaMessage): LogRecord {
  if (message.timestamp !== parsed.text) parsed = { text: message.timestamp, ms: Number(message.timestamp) }
  return {
    offset: Number(message.offset),
    appended: parsed.ms,
    value: message.value,
    headers: message.headers ?? NO_HEADERS,
    term: (message as Batched).batchContext?.partitionLeaderEpoch,
  }
}

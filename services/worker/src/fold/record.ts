import { hash } from 'node:crypto'
import type { LogRecord } from './types.ts'

/** What a record of an events topic is (protocol section 1). */
export type RecordKind = 'event' | 'tick' | 'fold'

const KINDS: Readonly<Record<RecordKind, Buffer>> = { event: Buffer.from('event'), tick: Buffer.from('tick'), fold: Buffer.from('fold') }

export function kindOf(record: LogRecord): RecordKind {
  const kind = record.headers['kind']
  if (kind === undefined) return 'event'
  const text = String(kind)
  return text === 'tick' || text === 'fold' ? text : 'event'
}

/** A tick's bridge and instant; null where the headers are not a tick's. */
export function tickOf(record: LogRecord): { bridge: string; asOf: number } | null {
  const bridge = record.headers['bridge']
  const asOf = Number(String(record.headers['asOf'] ?? ''))
  return bridge === undefined || !Number.isSafeInteger(asOf) ? null : { bridge: String(bridge), asOf }
}

/** A record's id, by which a topic that was created anew is recognised. */
export function recordId(record: LogRecord): string {
  const { value, headers } = record
  const said = value ?? Buffer.from(`${String(headers['bridge'])}|${String(headers['asOf'])}`)
  return hash('sha256', Buffer.concat([KINDS[kindOf(record)], said])).slice(0, 32)
}

import type { EventRecord } from '@commonstream/schemas'
import type { Group } from './merge.ts'

/** A row that the windows' table and topic must have. */
export interface ExpectedWindow {
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  readonly rev: number
  readonly status: 'ok' | 'no_data'
  readonly origin: 'closed' | 'late'
  readonly bridges: number
  readonly policy: number
  /** Of an unprotected stream, by property. */
  readonly group: Group | null
  /** Of counters and states, by name: what the row must say. */
  readonly told: Readonly<Record<string, readonly unknown[]>>
  /** Of a protected stream: the true sums by property, which the noise is added to. */
  readonly sums: Readonly<Record<string, number>> | null
}

export interface Counts {
  records: number
  stored: number
  duplicates: number
  rejected: number
  late: number
  clamped: number
}

export interface ExpectedChunk extends Counts {
  readonly start: number
  last: number
  complete: boolean
  readonly ids: Buffer
}

export interface ExpectedReading {
  readonly offset: number
  readonly event: EventRecord
  /** By property, in integers of its resolution, labels as they are. */
  readonly values: Readonly<Record<string, number | string | null>>
  /** Its window had been closed when it came. */
  readonly late: boolean
  /** Whether a bridge was heard when its window was closed; true where it was not. */
  readonly heard: (bridge: string) => boolean
}

export function noCounts(): Counts {
  return { records: 0, stored: 0, duplicates: 0, rejected: 0, late: 0, clamped: 0 }
}

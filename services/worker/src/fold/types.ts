import type { Change, EventRecord, FoldDocument } from '@commonstream/schemas'
import type { Figures, Value } from './figures.ts'
import type { Late } from './windows.ts'

/** What is folded of events, as the fold document says that they live under. */
export type Properties = FoldDocument['properties']

/** What a window's points say, by place of the property; null where it has none. */
export type Changes = readonly (Change | null)[]

/** A record of an events topic, as the fold sees it. */
export interface LogRecord {
  readonly offset: number
  /** Append time, epoch ms. */
  readonly appended: number
  /** Term of the leader that appended it; a log's end can only be cut off where it changes. */
  readonly term?: number | undefined
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>
}

/** A window's value as it is published; figures are integers of the property's resolution. */
export interface WindowRow {
  /** Empty: a gap without data, for all sensors. */
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  /** Offset that made this revision; 0 in protected streams. */
  readonly rev: number
  readonly status: 'ok' | 'no_data'
  readonly origin: 'closed' | 'late'
  readonly bridges: number
  readonly policy: number
  readonly noiseSd: number
  /** What figures and releases are of, in this order. */
  readonly properties: Properties
  /** Of an unprotected stream; valid during the call. */
  readonly figures: Figures | null
  /** What its points say, where it has counters or states. */
  readonly changes: Changes | null
  /** Of a protected stream: the noised sum of each property. */
  readonly released: readonly number[] | null
  /** A release that its topic already holds: only the row is written again. */
  readonly replayed: boolean
}

/** Count and hash of what a resume must find. */
export type Fingerprint = Readonly<Record<'open' | 'states' | 'carries', { readonly count: number; readonly hash: string }>>

/** A late event revised a closed window; its value is what complete chunks hold plus `own`. */
export interface Revision {
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  readonly rev: number
  readonly bridges: number
  readonly properties: Properties
  readonly own: Figures
  /** Where the window has counters or states: what else its value depends on. */
  readonly around: Around | null
}

/** What of the chunk at hand stands around a revised window: the points before it, and the window behind that it changes too. */
export interface Around {
  /** Start of the first window whose value is known (after a rebuild). */
  readonly begin: number
  /** Start of the first window that was not closed when the last late event came. */
  readonly frontier: number
  /** By property, the last late event that had a value of it. */
  readonly late: ReadonlyMap<string, Late>
  /** What windows of a start live under. */
  readonly propertiesAt: (start: number) => Properties
  /** Names of all properties that ever had points. */
  readonly names: readonly string[]
  /** The chunk's parts of the sensor's windows in between. */
  readonly parts: readonly { readonly start: number; readonly sizeMs: number; readonly figures: Figures }[]
}

export interface Rejection {
  readonly reason: 'corrupt' | 'unknown_schema' | 'invalid'
  readonly detail: string
  readonly sensor: string
  readonly record: LogRecord
}

/**
 * Atoms that are not published: `conflict`, a value that differs from what was released before; `key_lost`, the day's
 * key is gone and none is redrawn.
 */
export interface Withheld {
  readonly why: 'conflict' | 'key_lost'
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
}

/** Where the fold's results go; called synchronously, in log order. */
export interface FoldSink {
  /** @param values of `properties`, in integers; valid during the call */
  reading(event: EventRecord, values: readonly Value[], offset: number, appended: number, properties: Properties): void
  window(row: WindowRow): void
  withhold(withheld: Withheld): void
  transition(transition: Record<string, unknown>): void
  reject(rejection: Rejection): void
  /** A fold document was not accepted: an operator must know. */
  documentRefused(reason: string, offset: number): void
  /** The chunk at hand is whole; the sink takes its rows before the next begins. */
  chunkEnd(): void
}

import type { FoldDocument } from '@commonstream/schemas'
import type { AlertStateRow } from '../fold/alerts/alerts.ts'
import type { Carry } from '../fold/carries.ts'
import type { OpenWindow } from '../fold/windows.ts'
import type { Target } from '../flush/tables.ts'
import type { ChunkSums } from '../reconcile/chunk-sums.ts'
import type { Intent, LedgerRow, Witness } from '../resume/ledger-row.ts'

/** Which partials are merged: a partition's chunks before `chunk`, windows from `from` until before `to`, or single sensors' windows. */
export interface FiguresQuery {
  readonly table: string
  readonly partition: number
  readonly chunk: number
  readonly from?: number
  readonly to?: number
  readonly sensors?: readonly string[]
  readonly starts?: readonly number[]
}

/** Which windows with points are looked for: of chunks before `chunk`, that start in [begin, before). */
export interface PointedQuery {
  readonly table: string
  readonly partition: number
  readonly chunk: number
  /** Of which properties; at least one. */
  readonly names: readonly string[]
  /** By sensor: every window from there on, and of each property the last one with points before it. */
  readonly from: ReadonlyMap<string, number>
  readonly begin: number
  readonly before: number
}

/** A window of one sensor, and the properties that it has points of (or counts, where its document keeps none). */
export interface PointedWindow {
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  readonly has: readonly string[]
}

/** All that the worker asks of the store. */
export interface StorePort {
  /** Resolves when the store answers and has our tables. */
  ready(): Promise<void>
  close(): Promise<void>
  /** Inserts rows, RowBinary in the order of the target's columns, into one table as one block. */
  insert(target: Target, rows: Buffer): Promise<void>
  /** Whether a request that failed may be tried again: anything but an error that the server calls ours. */
  retriable(error: unknown): boolean
  /** The complete ledger row whose last offset is `last`, or null. */
  ledgerRow(stream: string, partition: number, last: number): Promise<LedgerRow | null>
  /** The last offset of a partition that any ledger row holds, the id of its record and the start of its chunk; null: none. */
  certified(stream: string, partition: number): Promise<(Witness & { readonly chunk: number }) | null>
  /** Of each resume and chunk the last record of which rows may stand in the store, certified or not, if it lies at `from` or behind. */
  intended(stream: string, partition: number, from: number): Promise<Intent[]>
  /** Day keys' commitments of a stream, by day: what the ledger says each key must be. */
  commitments(stream: string): Promise<Record<string, string>>
  /** The alert states that a chunk left at its end. */
  alertStates(stream: string, partition: number, chunk: number, version: number): Promise<AlertStateRow[]>
  /** What ledger and tables say of each complete chunk appended since an instant (epoch ms), in order. */
  chunkSums(o: { readonly stream: string; readonly table: string; readonly since: number }): Promise<ChunkSums[]>
  /** How many of these event ids (hex) stand in the readings outside a chunk. */
  idsElsewhere(o: {
    readonly table: string
    readonly partition: number
    readonly chunk: number
    readonly last: number
    readonly ids: readonly string[]
  }): Promise<number>
  /** The merge of partials per sensor and window. */
  figures(properties: FoldDocument['properties'], query: FiguresQuery): AsyncIterable<OpenWindow>
  /** Windows with points of any property, in no order; more of them than asked for do no harm. */
  pointedWindows(query: PointedQuery): Promise<PointedWindow[]>
  /** The points before the open windows that a chunk left at its end. */
  carries(table: string, partition: number, chunk: number, version: number): Promise<Carry[]>
}

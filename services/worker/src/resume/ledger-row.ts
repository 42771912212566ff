import type { FoldDocument } from '@commonstream/schemas'
import type { WatermarkState } from '../fold/watermark.ts'

/** The last record of a partition that is in the results: the log must still hold it. */
export interface Witness {
  readonly offset: number
  /** As `recordId` makes it. */
  readonly id: string
}

/** The last record of which a flush may have written anything, as it was announced before. */
export interface Intent extends Witness {
  /** Names the resume that the flush belongs to. */
  readonly owner: string
}

/** The complete ledger row of the chunk that ends before a resume point. */
export interface LedgerRow {
  readonly chunk: number
  readonly documents: readonly FoldDocument[]
  readonly watermark: WatermarkState & {
    readonly frontier: number | null
    readonly begin: number | null
    /** Offsets from which the log had named each event schema, by id; absent in rows from before it did. */
    readonly schemas?: Readonly<Record<string, number>>
  }
  readonly openCount: number
  readonly openHash: string
  readonly stateCount: number
  readonly stateHash: string
  readonly carryCount: number
  readonly carryHash: string
  readonly lastId: string
  readonly appended: number
}

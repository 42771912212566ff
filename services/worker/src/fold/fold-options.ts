import type { FoldDocument } from '@commonstream/schemas'
import type { ReleasedMap } from '../resume/released-map.ts'
import type { Scale } from './scale.ts'
import type { FoldSink } from './types.ts'

/** What a partition's fold is given from outside the log. */
export interface FoldOptions {
  readonly stream: string
  readonly partition: number
  readonly isProtected: boolean
  readonly keepReadings: boolean
  /** The contract's event schemas by id: what a log of documents that name none may hold. */
  readonly versions: ReadonlyMap<number, object>
  readonly sink: FoldSink
  /** The registered sensors of a document whose events this partition holds, sorted. */
  readonly ownSensors: (document: FoldDocument) => readonly string[]
  /** The key of a UTC day (YYYY-MM-DD) of window starts; null: lost. Only protected streams ask. */
  readonly dayKey: (day: string) => Buffer | null
  readonly released: ReleasedMap
  /** The law's, but in simulations. */
  readonly scale?: Scale
}

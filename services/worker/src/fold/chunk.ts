import type { Scale } from './scale.ts'

/** Where a chunk began: its first offset and the hour of that record's append time. */
export interface ChunkStart {
  readonly start: number
  readonly hour: number
}

/** Whether a chunk ends before a record: next grid line, a marker, or a later hour (protocol section 4). */
export function endsBefore(chunk: ChunkStart, offset: number, appended: number, marker: boolean, scale: Scale): boolean {
  const { chunkOffsets } = scale
  return marker || Math.floor(offset / chunkOffsets) !== Math.floor(chunk.start / chunkOffsets) || hourOf(appended, scale) !== chunk.hour
}

/** Whether a chunk ends after the record at `offset`, whatever comes next. */
export function endsAfter(offset: number, scale: Scale): boolean {
  return (offset + 1) % scale.chunkOffsets === 0
}

/** Hours since the epoch. */
export function hourOf(appended: number, scale: Scale): number {
  return Math.floor(appended / scale.hourMs)
}

/** What was counted in one chunk, for its ledger row. */
export class ChunkCounts {
  records = 0
  stored = 0
  duplicates = 0
  rejected = 0
  late = 0
  clamped = 0
  /** Xor of the ids of the stored events. */
  readonly ids = Buffer.alloc(16)

  addId(id: Uint8Array): void {
    for (let i = 0; i < 16; i++) this.ids[i] = (this.ids[i] as number) ^ (id[i] as number)
  }
}

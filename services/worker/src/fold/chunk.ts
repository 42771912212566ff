/** A chunk ends at multiples of this many offsets at the latest (protocol section 4). */
export const CHUNK_OFFSETS = 65_536
const HOUR_MS = 3_600_000

/** Whether a chunk that began at `start` (append hour `hour`) ends before a record: next grid line, a marker, or a later hour. */
export function endsBefore(start: number, hour: number, offset: number, appended: number, marker: boolean): boolean {
  return marker || Math.floor(offset / CHUNK_OFFSETS) !== Math.floor(start / CHUNK_OFFSETS) || hourOf(appended) !== hour
}

/** Whether a chunk ends after the record at `offset`, whatever comes next. */
export function endsAfter(offset: number): boolean {
  return (offset + 1) % CHUNK_OFFSETS === 0
}

/** Hours since the epoch. */
export function hourOf(appended: number): number {
  return Math.floor(appended / HOUR_MS)
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

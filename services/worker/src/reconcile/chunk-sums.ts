/** A complete chunk as the ledger has it, and what the tables hold of it. Times in epoch ms. */
export interface ChunkSums {
  readonly partition: number
  readonly chunk: number
  readonly last: number
  readonly records: number
  readonly stored: number
  /** Append time of its last record. */
  readonly at: number
  /** Events in its partials, and the start of their first window. */
  readonly partials: number
  readonly first: number
  readonly accounted: number
  readonly accountedStored: number
  readonly readings: number
  /** Whether the xor of the readings' ids is the ledger's. */
  readonly sameIds: boolean
  /** The points before the open windows that the ledger certifies for its end: how many, and their hash. */
  readonly carryCount: number
  readonly carryHash: string
}

/** The points before the open windows that stand in the table for a chunk's end. */
export interface Carried {
  readonly count: number
  readonly hash: string
}

export interface Kept {
  /** How long readings and partials are kept (ms); readings 0: none are. */
  readonly readingsMs: number
  readonly partialsMs: number
  /** How long points before the open windows are kept: as long as events stay in the log, behind which nothing resumes. */
  readonly carriesMs: number
  /** The machine's time; null: nothing expires (a replay). */
  readonly now: number | null
}

/** A safety margin around expiry: rows go when parts are merged. */
const MARGIN_MS = 3_600_000

/** Whether a chunk's points before the open windows are still kept. */
export function keepsCarries(c: ChunkSums, { now, carriesMs }: Kept): boolean {
  return now === null || c.at > now - carriesMs + MARGIN_MS
}

/**
 * What of a chunk is not as the ledger says; empty: all is well. Rows that may have expired are not missed.
 * @param carried null where the stream has none, or they may have expired
 */
export function faultsOf(c: ChunkSums, kept: Kept, carried: Carried | null): string[] {
  const faults: string[] = []
  const here = (ms: number) => kept.now === null || c.partials === 0 || c.first > kept.now - ms + MARGIN_MS
  if (here(kept.partialsMs) && c.partials !== c.stored) faults.push(`its partials hold ${c.partials} events, the ledger ${c.stored}`)
  if (c.accounted !== c.records || c.accountedStored !== c.stored) {
    faults.push(`its accounts have ${c.accounted} records, ${c.accountedStored} stored, the ledger ${c.records} and ${c.stored}`)
  }
  if (kept.readingsMs > 0 && here(kept.readingsMs)) {
    if (c.readings !== c.stored) faults.push(`${c.readings} readings stand for ${c.stored} stored events`)
    else if (!c.sameIds) faults.push('its readings are other events than the ledger certifies')
  }
  if (carried !== null && carried.hash !== c.carryHash)
    faults.push(`${carried.count} points before the open windows stand for its ${c.carryCount}, or others`)
  return faults
}

/** Holes and overlaps between the chunks of a partition, in words; `rows` in order of chunk, warm-up rows among them. */
export function holesOf(rows: readonly Pick<ChunkSums, 'partition' | 'chunk' | 'last'>[]): string[] {
  const holes: string[] = []
  for (let i = 1; i < rows.length; i++) {
    const before = rows[i - 1] as (typeof rows)[number]
    const row = rows[i] as (typeof rows)[number]
    if (row.partition !== before.partition || row.chunk === before.last + 1 || row.chunk === row.last) continue
    holes.push(`partition ${row.partition}: chunk ${row.chunk} follows one that ends at ${before.last}`)
  }
  return holes
}

import type { HorizonLimits } from '../fold/horizon.ts'

/** What Kafka and the ledger say of a partition at assignment. */
export interface Position {
  /** The group's committed offset; below 0 where there is none. */
  readonly committed: number
  /** First offset of the log and the one after its last. */
  readonly low: number
  readonly high: number
  /** Whether a complete ledger row ends at `committed − 1`. */
  readonly certified: boolean
  /** First offset whose append time lies within the horizon's age before the resume point; null: not asked. */
  readonly recent: number | null
}

export type Resume = { readonly from: number; readonly warmFrom: number } | { readonly lost: string }

/**
 * Where a partition resumes, or why its position is lost (protocol section 10). Nothing is guessed: a position that the
 * ledger does not certify, or whose horizon is not in the log, needs an explicit rebuild.
 */
export function resumeAt(p: Position, limits: HorizonLimits): Resume {
  const cs = p.committed
  if (cs < 0) return { lost: `the group has no committed offset (${cs})` }
  if (cs < p.low) return { lost: `the committed offset ${cs} is before the log's start ${p.low}` }
  if (cs > p.high) return { lost: `the committed offset ${cs} is beyond the log's end ${p.high}` }
  if (cs === 0) return { from: 0, warmFrom: 0 }
  if (!p.certified) return { lost: `the ledger has no complete row that ends at ${cs - 1}` }
  const byOffsets = limits.offsets === null ? 0 : cs - limits.offsets
  const warmFrom = Math.max(byOffsets, p.recent ?? 0, 0)
  const cut = p.low > 0 && (warmFrom < p.low || (warmFrom === p.low && byOffsets < p.low))
  if (cut) return { lost: `the log starts at ${p.low}: events before ${cs} that decide about duplicates are gone` }
  return { from: cs, warmFrom: Math.min(warmFrom, cs) }
}

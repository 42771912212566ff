import type { Stream } from '@commonstream/schemas'
import Type from 'typebox'
import { utc } from './local-time.ts'
import type { Question } from './question.ts'

export const LedgerParameters = Type.Object(
  {
    stream: Type.Optional(Type.String({ description: 'Name of a stream; all without it.', maxLength: 100 })),
    from: Type.Optional(Type.String({ description: 'Written at or after; RFC 3339 with offset.', maxLength: 40 })),
    to: Type.Optional(Type.String({ description: 'Written before; RFC 3339 with offset.', maxLength: 40 })),
    limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Rows, newest first.' }),
  },
  { additionalProperties: false },
)

const COUNTS = ['records', 'stored', 'duplicates', 'rejected', 'late', 'clamped'] as const

/** A chunk as the ledger certifies it. */
export type LedgerRow = Readonly<Record<string, unknown>>

/** Chunks, the last written first. How much is in a chunk of a protected stream is told no longer than its exact values. */
export function ledgerQuestion(
  streams: readonly Stream[],
  range: { from: number | null; to: number | null },
  since: number,
  limit: number,
): Question<LedgerRow> {
  const counts = COUNTS.map(
    (name) => `if(stream IN {protected:Array(String)} AND appended < fromUnixTimestamp64Milli({since:Int64}), NULL, ${name})`,
  )
  return {
    name: 'ledger',
    sql: `SELECT stream, partition, chunk, last, complete, algorithm, toUnixTimestamp64Milli(watermark_at), toUnixTimestamp64Milli(appended), toUnixTimestamp64Milli(written), ${counts.join(', ')}
FROM ledger FINAL
WHERE stream IN {streams:Array(String)} AND written >= fromUnixTimestamp64Milli({from:Int64}) AND written < fromUnixTimestamp64Milli({to:Int64})
ORDER BY written DESC, stream, partition, chunk DESC LIMIT {limit:UInt32}`,
    params: {
      streams: streams.map((s) => s.name),
      protected: streams.filter((s) => s.disclosure !== null).map((s) => s.name),
      from: range.from ?? 0,
      to: range.to ?? Date.UTC(2200, 0, 1),
      since,
      limit,
    },
    read: readRow,
  }
}

function readRow([
  stream,
  partition,
  chunk,
  last,
  complete,
  algorithm,
  watermark,
  appended,
  written,
  ...counts
]: readonly unknown[]): LedgerRow {
  const instant = (ms: unknown) => (ms === null ? null : utc(ms as number))
  const counted = Object.fromEntries(COUNTS.map((name, i) => [name, counts[i] ?? null]))
  return {
    stream,
    partition,
    chunk,
    last,
    complete,
    algorithm,
    ...counted,
    watermark: instant(watermark),
    appended: instant(appended),
    written: instant(written),
  }
}

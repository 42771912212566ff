import { REASONS } from '@commonstream/schemas'
import Type from 'typebox'
import { utc } from './local-time.ts'
import type { Question } from './question.ts'

export const QuarantineParameters = Type.Object(
  {
    stream: Type.Optional(Type.String({ description: 'Name of a stream; all without it, and what belongs to none.', maxLength: 100 })),
    reason: Type.Optional(Type.Enum([...REASONS], { description: 'Why it was refused.' })),
    from: Type.Optional(Type.String({ description: 'Refused at or after; RFC 3339 with offset.', maxLength: 40 })),
    to: Type.Optional(Type.String({ description: 'Refused before; RFC 3339 with offset.', maxLength: 40 })),
    limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Rows, newest first.' }),
  },
  { additionalProperties: false },
)

/** A refused message; its bytes in base64 where they were kept. */
export type QuarantineRow = Readonly<Record<string, unknown>>

export interface QuarantineFilter {
  readonly stream: string | null
  readonly reason: string | null
  readonly from: number | null
  readonly to: number | null
  readonly limit: number
}

/** Refused messages, newest first. */
export function quarantineQuestion({ stream, reason, from, to, limit }: QuarantineFilter): Question<QuarantineRow> {
  const only = `${stream === null ? '' : ' AND stream = {stream:String}'}${reason === null ? '' : ' AND reason = {reason:String}'}`
  return {
    name: 'quarantine',
    sql: `SELECT stream, sensor, reason, toUnixTimestamp64Milli(at), source, length, sha256, base64Encode(bytes), partition, offset
FROM quarantine FINAL
WHERE at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})${only}
ORDER BY at DESC, partition, offset DESC LIMIT {limit:UInt32}`,
    params: {
      from: from ?? 0,
      to: to ?? Date.UTC(2200, 0, 1),
      limit,
      ...(stream === null ? {} : { stream }),
      ...(reason === null ? {} : { reason }),
    },
    read: ([of, sensor, why, at, source, length, sha256, bytes, partition, offset]) => ({
      stream: of,
      sensor,
      reason: why,
      at: utc(at as number),
      source: JSON.parse(source as string) as unknown,
      length,
      sha256: sha256 === '' ? null : sha256,
      bytes: bytes === '' ? null : bytes,
      partition,
      offset,
    }),
  }
}

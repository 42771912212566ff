import type { Stream } from '@commonstream/schemas'
import Type from 'typebox'
import { utc } from './local-time.ts'
import type { Range } from './parameters.ts'
import { type Question, seconds } from './question.ts'

export const AccountingParameters = Type.Object(
  {
    stream: Type.Optional(Type.String({ description: 'Name of a stream; all without it.', maxLength: 100 })),
    from: Type.Optional(
      Type.String({
        description: 'RFC 3339 with offset, by the hour of arrival (the machine’s clock). A day before `to` without it.',
        maxLength: 40,
      }),
    ),
    to: Type.Optional(Type.String({ description: 'RFC 3339 with offset. The present without it.', maxLength: 40 })),
    limit: Type.Integer({ minimum: 1, maximum: 100_000, default: 10_000, description: 'Rows.' }),
  },
  { additionalProperties: false },
)

/** What arrived of a sensor in an hour: records = stored + duplicate + rejected; late and clamped are of-which. */
export interface AccountingRow {
  readonly stream: string
  readonly sensor: string
  readonly hour: string
  readonly records: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly late: number
  readonly clamped: number
}

/** Counts of protected streams are for roles no longer than their exact values: none before `since` (epoch ms). */
export function accountingQuestion(streams: readonly Stream[], range: Range, since: number, limit: number): Question<AccountingRow> {
  const names = (isProtected: boolean) => streams.filter((s) => (s.disclosure !== null) === isProtected).map((s) => s.name)
  return {
    name: 'accounting',
    sql: `SELECT stream, sensor, toUnixTimestamp(hour), sum(records), sum(stored), sum(duplicate), sum(rejected), sum(late), sum(clamped)
FROM accounting FINAL
WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})
  AND (stream IN {open:Array(String)} OR (stream IN {protected:Array(String)} AND hour >= toDateTime({since:UInt32})))
GROUP BY stream, hour, sensor ORDER BY stream, hour, sensor LIMIT {limit:UInt32}`,
    params: { open: names(false), protected: names(true), from: seconds(range.from), to: seconds(range.to), since: seconds(since), limit },
    read: (row) => {
      const [stream, sensor, hour, records, stored, duplicate, rejected, late, clamped] = row as [
        string,
        string,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      return { stream, sensor, hour: utc(hour * 1_000), records, stored, duplicate, rejected, late, clamped }
    },
  }
}

import { tableOf } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import type { Question } from './question.ts'

/** From the start of the first imported window to the end of the last; epoch ms, half-open. */
export interface ImportedSpan {
  readonly from: number
  readonly to: number
}

/** Where a stream has imported windows; no row: nowhere. Reads a byte of every window. */
export function importedSpanQuestion(stream: string): Question<ImportedSpan> {
  return {
    name: 'imported_span',
    sql: `SELECT toUnixTimestamp(min(\`window\`)), max(toUnixTimestamp(\`window\`) + size) FROM ${quoted(`${tableOf(stream)}_windows`)}
WHERE origin = 'imported' HAVING count() > 0`,
    params: {},
    read: ([from, to]) => ({ from: (from as number) * 1_000, to: (to as number) * 1_000 }),
  }
}

import type { Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import { type Question, seconds } from './question.ts'
import type { Step } from './steps.ts'

/** The ranges of which nothing is known of a stream (protocol section 7) that begin at `from` (epoch ms) or later. */
export function gapsQuestion(stream: Pick<Stream, 'table'>, from: number): Question<Step> {
  return {
    name: 'gaps',
    sql: `SELECT DISTINCT toUnixTimestamp(\`window\`) AS start, size FROM ${quoted(`${stream.table}_windows`)}
WHERE status = 'no_data' AND sensor = '' AND \`window\` >= toDateTime({from:UInt32}) ORDER BY start`,
    params: { from: seconds(from) },
    read: (row) => {
      const [start, size] = row as [number, number]
      return { start: start * 1_000, end: (start + size) * 1_000 }
    },
  }
}

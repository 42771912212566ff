import type { Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import { type Range } from './parameters.ts'
import { type Question, seconds } from './question.ts'
import type { Step } from './steps.ts'

/** The ranges within which nothing is known of a stream (protocol section 7), as far as they touch a range. */
export function gapsQuestion(stream: Stream, range: Range): Question<Step> {
  return {
    name: 'gaps',
    sql: `SELECT toUnixTimestamp(\`window\`), size FROM ${quoted(`${stream.table}_windows`)}
WHERE status = 'no_data' AND sensor = '' AND \`window\` < toDateTime({to:UInt32}) AND toUnixTimestamp(\`window\`) + size > {from:UInt32}
ORDER BY \`window\``,
    params: { from: seconds(range.from), to: seconds(range.to) },
    read: (row) => {
      const [start, size] = row as [number, number]
      return { start: start * 1_000, end: (start + size) * 1_000 }
    },
  }
}

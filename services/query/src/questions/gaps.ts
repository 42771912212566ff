import type { Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import { type Question, seconds } from './question.ts'
import type { Step } from './steps.ts'

/** A range of which nothing is known: of one sensor, or of all. Epoch ms. */
export interface Gap extends Step {
  readonly sensor: string | null
}

/** The gaps of a stream (protocol section 7) that begin at `from` (epoch ms) or later. */
export function gapsQuestion(stream: Pick<Stream, 'table'>, from: number): Question<Gap> {
  return {
    name: 'gaps',
    sql: `SELECT DISTINCT sensor, toUnixTimestamp(\`window\`) AS start, size FROM ${quoted(`${stream.table}_windows`)}
WHERE status = 'no_data' AND \`window\` >= toDateTime({from:UInt32}) ORDER BY start, sensor`,
    params: { from: seconds(from) },
    read: (row) => {
      const [sensor, start, size] = row as [string, number, number]
      return { sensor: sensor === '' ? null : sensor, start: start * 1_000, end: (start + size) * 1_000 }
    },
  }
}

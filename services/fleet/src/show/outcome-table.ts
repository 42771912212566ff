import type { Outcome } from '../send/send-plan.ts'
import { grouped } from './progress-lines.ts'

const HEADER = ['stream', 'rows', 'messages', 'sent', 'acknowledged', 'sent again', 'after the end'] as const

/** What became of a replay: a row per stream, and how it ended. */
export function outcomeTable(outcome: Outcome): string {
  const rows = outcome.streams.map((s) => [s.stream, ...[s.rows, s.sends, s.sent, s.acknowledged, s.resent, s.leftOut].map(grouped)])
  const widths = HEADER.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return [line(HEADER), ...rows.map(line), ending(outcome)].join('\n')
}

function ending({ streams, complete, reason }: Outcome): string {
  if (complete) return 'Every message is acknowledged.'
  const open = streams.reduce((sum, stream) => sum + stream.sends - stream.acknowledged, 0)
  return `${grouped(open)} messages are not acknowledged${reason === null ? '' : `: ${reason}`}.`
}

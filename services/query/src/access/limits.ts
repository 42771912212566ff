import type { ParsedAggregates } from '../questions/aggregates/parse-request.ts'
import { Problem } from '../problem.ts'

/** Windows that one question may read; an export streams and may read more. */
const MAX_WINDOWS = { json: 10_000_000, csv: 100_000_000 } as const

const DAY_MS = 86_400_000

/**
 * Refuses a question by what it would cost: sensors × windows in its range.
 * @throws Problem 400 that says how to narrow it
 */
export function limitAggregates({ request, format }: ParsedAggregates): void {
  const { range, sensors, stream } = request
  const windows = sensors.length * Math.ceil((range.to - range.from) / stream.window.sizeMs)
  const limit = MAX_WINDOWS[format]
  if (windows <= limit) return
  const days = Math.floor((limit / sensors.length) * (stream.window.sizeMs / DAY_MS))
  const most = Math.floor(limit / ((range.to - range.from) / stream.window.sizeMs))
  const detail = `${windows.toLocaleString('en')} windows (${sensors.length} sensors) are more than ${limit.toLocaleString('en')}: ask for at most ${days} days at a time, or for at most ${most} sensors`
  throw new Problem('too-much', detail, { faults: [{ parameter: 'from', detail: `at most ${days} days before to for so many sensors` }] })
}

import type { StreamAnswer } from '../answers/answers.ts'
import type { Address, Range } from '../address/address.ts'
import { type Measure, measureOf } from './measure.ts'
import { rangesOf, type Stretch, stretchOf } from './stretch.ts'

/** What a page shows of a stream: the address, with the page's own choices where it leaves them open. */
export interface Choice {
  readonly stream: StreamAnswer
  readonly measure: Measure
  readonly range: Range
  readonly stretch: Stretch
}

/**
 * The choice for an address at a time of the city; an unknown stream is as none, null without any stream. Unprotected
 * figures of a protected stream exist for 24 hours only, so operations' view of it is today's.
 */
export function choiceOf(address: Address, streams: readonly StreamAnswer[], now: number): Choice | null {
  const stream = streams.find((s) => s.name === address.stream) ?? streams[0]
  const measure = stream === undefined ? null : measureOf(stream, address.measure)
  if (stream === undefined || measure === null) return null
  const short = address.view === 'internal' && stream.disclosure !== null
  const ranges = rangesOf(stream)
  const range = short ? 'day' : (ranges.find((r) => r === address.range) ?? ranges[0] ?? 'day')
  return { stream, measure, range, stretch: stretchOf(stream, range, short ? null : address.until, now) }
}

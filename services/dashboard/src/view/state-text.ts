import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import { amountOf } from './amount.ts'
import type { Measure } from './measure.ts'
import type { Reading } from './reading.ts'

/** A figure, or in words why there is none. */
export function stateText(
  of: Pick<Reading, 'state' | 'value'>,
  measure: Measure,
  group: number | null,
  words: Words,
  figures: Figures,
): string {
  if (of.value !== null) return amountOf(of.value, measure, words, figures)
  return of.state === 'few' ? words.state.suppressed(figures.number(group ?? 0)) : words.state.unknown
}

import type { Figures } from '../words/figures.ts'
import type { Words } from '../words/en.ts'
import type { Measure } from './measure.ts'

/**
 * Writes a figure with what it counts: a noun for the observed property where the texts have one ("124 people"), else
 * the UCUM unit; a plain number ("1") stands alone.
 */
export function amountOf(value: number, measure: Measure, words: Words, figures: Figures): string {
  const noun = words.nouns[measure.observed]
  if (noun !== undefined) return noun(value, figures.number(value, digitsOf(value, measure)))
  return figureOf(value, measure, figures)
}

/** The same for a column whose head says what is counted: without the noun, but with a unit that is one. */
export function figureOf(value: number, measure: Measure, figures: Figures): string {
  const figure = figures.number(value, digitsOf(value, measure))
  return measure.unit === '1' ? figure : `${figure} ${measure.unit}`
}

/** Counts are whole; other figures show a digit while they are small, and averages do. */
function digitsOf(value: number, measure: Measure): number {
  return Number.isInteger(value) || (measure.kind === 'count' && Math.abs(value) >= 10) ? 0 : 1
}

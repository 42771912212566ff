import type { PropertyAnswer, StreamAnswer } from '../answers/answers.ts'
import type { Words } from '../words/en.ts'

/** The name of the measure that adds up all counts of a stream. */
export const TOTAL = 'total'

/** What is drawn and said: one property, or several counts added up. */
export interface Measure {
  readonly id: string
  readonly properties: readonly string[]
  readonly kind: PropertyAnswer['kind']
  readonly unit: string
  /** The last word of the observed property's address (`peopleCount`). */
  readonly observed: string
  readonly doc: string
}

/**
 * What can be shown of a stream, its first choice first: the total where there are several counts of one unit, then each
 * property. A counter is shown by what it counted, as a count is; states are no figures that a curve could show.
 */
export function measuresOf(stream: StreamAnswer): Measure[] {
  const figures = stream.properties.filter(({ kind }) => kind !== 'state')
  const single = figures.map(
    ({ name, kind, unit, observedProperty, doc }): Measure => ({
      id: name,
      properties: [name],
      kind: kind === 'counter' ? 'count' : kind,
      unit,
      observed: /\w*$/.exec(observedProperty)?.[0] ?? '',
      doc,
    }),
  )
  const counts = single.filter((_, i) => figures[i]?.kind === 'count')
  const first = counts[0]
  if (first === undefined || counts.length < 2 || counts.some((m) => m.unit !== first.unit || m.observed !== first.observed)) return single
  return [{ ...first, id: TOTAL, properties: counts.map((m) => m.id), doc: '' }, ...single]
}

/** The measure an address names, or the stream's first choice; null for a stream without properties. */
export function measureOf(stream: StreamAnswer, id: string | null): Measure | null {
  const measures = measuresOf(stream)
  return measures.find((m) => m.id === id) ?? measures[0] ?? null
}

/** A measure's name for people: `direction_1` is "Direction 1", `pm2_5` is "PM2.5", `wind_speed` is "Wind speed". */
export function nameOf(measure: Measure, words: Words): string {
  if (measure.id === TOTAL) return words.curve.total
  const text = measure.id.replaceAll(/(?<=\d)_(?=\d)/g, '.').replaceAll('_', ' ')
  // Short letters before a figure are a formula (PM10, NO2, CO2).
  const head = /^[a-z]{1,3}(?=\d)/.exec(text)?.[0] ?? text.charAt(0)
  return head.toLocaleUpperCase(words.code) + text.slice(head.length)
}

/** What a measure's figures are of, as a heading: "People", else its own name. */
export function thingOf(measure: Measure, words: Words): string {
  return words.things[measure.observed] ?? nameOf(measure, words)
}

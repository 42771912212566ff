import type { Figures } from '../words/figures.ts'
import type { Words } from '../words/en.ts'
import { amountOf } from './amount.ts'
import { NOISE_WIDTH } from './curve.ts'
import { type Measure, nameOf } from './measure.ts'
import type { Reading } from './reading.ts'
import { type SensorNow, tally } from './sensor.ts'

/** The page's one question answered in words: a headline, what puts it in proportion, and whether something is held back. */
export interface Answer {
  readonly headline: string
  readonly notes: readonly string[]
  /** Says how many sensors are not shown; null when all are. */
  readonly hidden: string | null
}

export interface AnswerInput {
  readonly sensor: SensorNow | null
  readonly sensors: readonly SensorNow[]
  readonly measure: Measure
  /** The newest reading of the average that is known, null if none. */
  readonly average: Reading | null
  /** Figures below about this are held back; null where nothing is. */
  readonly group: number | null
  readonly words: Words
  readonly figures: Figures
}

/** The answer for one sensor, or for a stream without any. */
export function answerOf(input: AnswerInput): Answer {
  const { sensor, words, figures } = input
  if (sensor === null) return { headline: words.answer.empty, notes: [], hidden: null }
  const counts = tally(input.sensors)
  return {
    headline: headlineOf(input, sensor),
    notes: [rankOf(input, sensor), averageOf(input), noiseOf(input, sensor)].filter((note) => note !== null),
    hidden: counts.few === 0 ? null : words.answer.hidden(figures.number(counts.few)),
  }
}

function headlineOf({ measure, group, words, figures }: AnswerInput, sensor: SensorNow): string {
  const { from, to } = sensor
  if (from === null || to === null) return words.answer.unknown(sensor.name)
  const amount = (value: number) => amountOf(value, measure, words, figures)
  const when = from === to ? words.answer.at(figures.moment(to)) : words.answer.between(figures.span(from, to))
  if (sensor.state === 'few') return words.answer.few(sensor.name, amount(group ?? 0), when)
  if (sensor.value === null) return words.answer.unknownSpan(sensor.name, when)
  if (measure.kind === 'count') return words.answer.count(sensor.name, amount(sensor.value), when)
  return words.answer.gauge(sensor.name, nameOf(measure, words).toLocaleLowerCase(words.code), amount(sensor.value), when)
}

function rankOf({ sensors, words, figures }: AnswerInput, sensor: SensorNow): string | null {
  const own = sensor.value
  const shown = sensors.filter((s) => s.value !== null)
  if (own === null || shown.length < 3) return null
  const below = shown.filter((s) => (s.value ?? 0) < own).length
  const above = shown.filter((s) => (s.value ?? 0) > own).length
  if (below === 0 && above === 0) return null
  if (above === 0 && below < shown.length - 1) return words.answer.noneHigher(figures.number(shown.length))
  if (above === 0) return words.answer.highest(figures.number(shown.length))
  if (below === 0) return words.answer.lowest(figures.number(shown.length))
  return words.answer.rank(figures.number(below), figures.number(shown.length - 1))
}

/** Of one sensor there is no average. */
function averageOf({ average, sensors, measure, words, figures }: AnswerInput): string | null {
  const of = average?.reporting ?? average?.expected ?? sensors.length
  if (average === null || average.value === null || of < 2) return null
  return words.answer.average(amountOf(average.value, measure, words, figures), figures.number(of))
}

function noiseOf({ words, figures }: AnswerInput, { sd }: SensorNow): string | null {
  return sd === null ? null : words.answer.noise(figures.number(Math.ceil(NOISE_WIDTH * sd)))
}

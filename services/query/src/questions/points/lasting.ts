import { type Change, type Point, type Property, changeOf } from '@commonstream/schemas'
import { NO_FIGURES } from '../aggregates/figures.ts'
import type { SensorFigures } from '../aggregates/figures-question.ts'
import type { Gap } from '../gaps.ts'
import type { Step } from '../steps.ts'
import type { Before, OpenWindow, StepChange } from './point-questions.ts'

export interface Known {
  readonly property: Property
  /** Steps of the answer in order. */
  readonly steps: readonly Step[]
  readonly changes: readonly StepChange[]
  readonly open: readonly OpenWindow[]
  readonly before: readonly Before[]
  readonly gaps: readonly Gap[]
  /** Up to here everything that came is in the figures, epoch ms. */
  readonly knownTo: number
  /** How long behind a window with points a sensor is believed to be as it was, ms. */
  readonly hearing: (sensor: string) => number
}

/** What the windows with points of one sensor say between two instants, in time order. */
interface Entry {
  readonly step: number
  readonly first: number
  readonly end: number
  readonly figures: Omit<SensorFigures['figures'], 'heard'>
}

/**
 * A counter's or state's figures of every sensor and step. Windows without points are filled from the one before: a
 * state lasts, a counter has counted nothing; not through gaps, and no longer than a sensor is believed that says
 * nothing. So what a step says does not depend on the range that was asked for. Where nothing is known before, it has
 * no figures.
 */
export function lastingFigures(known: Known): SensorFigures[] {
  const bySensor = <T extends { readonly sensor: string }>(rows: readonly T[]) => Map.groupBy(rows, ({ sensor }) => sensor)
  const [changes, open, before] = [bySensor(known.changes), bySensor(known.open), bySensor(known.before)]
  return [...new Set([...changes.keys(), ...open.keys(), ...before.keys()])].flatMap((sensor) => {
    const filled = new Filled(sensor, known)
    const held = before.get(sensor)?.[0] ?? null
    if (held !== null) filled.begin(held)
    for (const change of (changes.get(sensor) ?? []).toSorted((a, b) => a.step - b.step)) filled.closed(change)
    for (const window of (open.get(sensor) ?? []).toSorted((a, b) => a.start - b.start)) filled.open(window)
    return filled.done()
  })
}

/** One sensor's figures, filled going forward in time. */
class Filled {
  readonly #sensor: string
  readonly #known: Known
  readonly #out: SensorFigures[] = []
  /** What it shows, and since when that is not yet counted. */
  #last: { readonly value: number | string; readonly at: number; readonly since: number } | null = null

  constructor(sensor: string, known: Known) {
    this.#sensor = sensor
    this.#known = known
  }

  begin({ last, lastAt, end }: Before): void {
    if (last !== null) this.#last = { value: last, at: lastAt, since: end }
  }

  closed({ step, heard, first, end, ...change }: StepChange): void {
    this.#hear(step, heard)
    if (change.count === 0) return
    const { count, sum, ...points } = change
    this.#take({ step, first, end, figures: { ...NO_FIGURES, count, sum, points } })
  }

  open({ start, end, heard, points }: OpenWindow): void {
    const step = this.#known.steps.findLast((s) => s.start <= start)
    const stop = Math.max(Math.min(end, this.#known.knownTo), (points.at(-1)?.at ?? start) + 1)
    if (heard) this.#hear(step?.start ?? 0, end)
    const last = this.#last
    const before: Point | null = last === null ? null : { at: last.at, value: last.value, id: '' }
    const change = changeOf(this.#known.property, points, before, { start, end: stop })
    if (change !== null) this.#take({ step: step?.start ?? 0, first: start, end: stop, figures: figuresOf(change) })
  }

  done(): SensorFigures[] {
    this.#fill(this.#known.knownTo)
    return this.#out
  }

  #hear(step: number, heard: number): void {
    if (heard > 0) this.#out.push({ sensor: this.#sensor, step, figures: { ...NO_FIGURES, heard } })
  }

  #take({ step, first, end, figures }: Entry): void {
    this.#fill(first)
    this.#out.push({ sensor: this.#sensor, step, figures: { ...figures, heard: 0 } })
    const { last, lastAt } = figures.points!
    if (last !== null) this.#last = { value: last, at: lastAt, since: end }
  }

  /** Counts what is shown up to an instant, as far as that is believed, step by step. */
  #fill(to: number): void {
    const { steps, property, hearing } = this.#known
    const last = this.#last
    if (last === null) return
    const until = Math.min(to, last.since + hearing(this.#sensor))
    for (let i = firstTouching(steps, last.since); i < steps.length; i++) {
      const step = steps[i] as Step
      if (step.start >= until) break
      const ms = this.#between(Math.max(step.start, last.since), Math.min(step.end, until))
      if (ms <= 0) continue
      const duration = new Map(property.kind === 'state' ? [[String(last.value), ms]] : [])
      const points = { resets: 0, unknown: 0, duration, arrivals: new Map<string, number>(), last: last.value, lastAt: last.at }
      this.#out.push({ sensor: this.#sensor, step: step.start, figures: { ...NO_FIGURES, sum: 0, points } })
    }
  }

  /** Milliseconds of [from, to) that lie in no gap. */
  #between(from: number, to: number): number {
    let ms = to - from
    for (const gap of this.#known.gaps) {
      if (gap.sensor === null || gap.sensor === this.#sensor) ms -= Math.max(0, Math.min(to, gap.end) - Math.max(from, gap.start))
    }
    return ms
  }
}

function figuresOf(change: Change): Entry['figures'] {
  const none = new Map<string, number>()
  const counter = change.kind === 'counter'
  const points = {
    ...{ resets: counter ? change.resets : 0, unknown: counter ? change.unknown : 0 },
    ...{ duration: counter ? none : change.duration, arrivals: counter ? none : change.arrivals },
    ...{ last: change.last, lastAt: change.lastAt },
  }
  return { ...NO_FIGURES, count: change.count, sum: counter ? change.sum : null, points }
}

/** Index of the first step that ends behind an instant. */
function firstTouching(steps: readonly Step[], at: number): number {
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle] as Step).end > at) high = middle
    else low = middle + 1
  }
  return low
}

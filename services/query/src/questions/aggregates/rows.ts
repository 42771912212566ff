import { type Aggregate, type Sensor, type Stream, keepsPoints, noiseSd, threshold, unitsOf } from '@commonstream/schemas'
import type { Gap } from '../gaps.ts'
import { localTime, utc } from '../local-time.ts'
import { noPoints, pointValues } from '../points/point-values.ts'
import type { Step } from '../steps.ts'
import { type Figures, NO_FIGURES } from './figures.ts'
import { FiguresInOrder } from './figures-in-order.ts'
import type { SensorFigures } from './figures-question.ts'
import { type Group, inService } from './groups.ts'
import { OPEN_MS, hearingMs } from './hearing.ts'
import type { Cell } from './page.ts'
import { type AggregateRequest, sourceOf } from './request.ts'
import { withheldRows } from './withheld.ts'

export type Status = 'ok' | 'partial' | 'no_data' | 'suppressed'

/** A row of an answer; figures in declared units, null where there are none or they may not be shown. */
export interface AggregateRow {
  readonly sensor: string | null
  readonly zone: string | null
  readonly from: string
  readonly to: string
  readonly count: number | null
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly last: number | string | null
  /** Of a counter. */
  readonly resets?: number | null
  /** Of a state: seconds in each, and transitions into each, by label or code. */
  readonly duration?: Readonly<Record<string, number>> | null
  readonly arrivals?: Readonly<Record<string, number>> | null
  readonly expected: number
  readonly reporting: number | null
  readonly noise_sd: number | null
  readonly status: Status
  readonly local_date: string
  readonly local_hour: number
  readonly utc_offset: string
}

/** What a row is judged by besides its figures. Epoch ms. */
export interface Evidence {
  /** Up to where windows are closed; null: not known. */
  readonly watermark: number | null
  readonly gaps: readonly Gap[]
  /** Start of the first window (epoch ms) that holds the sum, where it is held later than the rest; 0: it is not. */
  readonly summedFrom?: number
  /** The city's present: a step that is under way is judged by who was heard until now. */
  readonly now: number
}

/** The rows of a page's cells, in its order. */
export function rowsOf(
  request: AggregateRequest,
  cells: readonly Cell[],
  found: Iterable<SensorFigures>,
  evidence: Evidence,
): AggregateRow[] {
  const figures = new FiguresInOrder(found)
  const known = { ...evidence, gaps: gapsWithin(evidence.gaps, cells) }
  const rowOf = sourceOf(request) === 'releases' ? releasedFigures : exactFigures
  const isWithheld = withheldRows(request, figures, evidence.now)
  const timeOf = timesOf(request.zone)
  return cells.map((cell) => {
    const { step, group } = cell
    figures.advance(step.start)
    const { from, to, ...local } = timeOf(step)
    const judged = isWithheld?.(cell) === true ? withheld(request, cell) : rowOf(request, cell, figures, known)
    return { sensor: group.sensor, zone: group.zone, from, to, ...judged, ...local }
  })
}

/** A row that `publish` keeps from the public: it tells what the register tells, and nothing else. */
function withheld(request: AggregateRequest, { step, group }: Cell): Judged {
  return { ...NOTHING, ...noPoints(request), expected: registered(request.stream, group, step), reporting: null, status: 'suppressed' }
}

type Judged = Omit<AggregateRow, 'sensor' | 'zone' | keyof Times>

const NOTHING = { count: null, sum: null, min: null, max: null, mean: null, last: null, noise_sd: null } as const

/** A row of releases: the sum over every atom of the cell, shown if it reaches τ(n) (protocol section 8.6). */
function releasedFigures({ stream, properties }: AggregateRequest, { step, group }: Cell, figures: FiguresInOrder): Judged {
  const { atoms, foreign, sum } = figures.of(group)
  const policy = stream.disclosure
  const completeness = { expected: registered(stream, group, step), reporting: null }
  if (atoms === 0 || sum === null) return { ...NOTHING, ...completeness, status: 'no_data' }
  // Releases under a policy that the contract no longer states: their threshold is not known here.
  if (policy === null || foreign > 0) return { ...NOTHING, ...completeness, status: 'suppressed' }
  const noise_sd = noiseSd(policy, atoms)
  if (sum < threshold(policy, atoms)) return { ...NOTHING, ...completeness, noise_sd, status: 'suppressed' }
  const all = group.sensors.length * properties.length * ((step.end - step.start) / stream.window.sizeMs)
  return { ...NOTHING, ...completeness, sum: unitsOf(properties[0]!).toUnits(sum), noise_sd, status: atoms < all ? 'partial' : 'ok' }
}

/** A row of exact values. */
function exactFigures(request: AggregateRequest, { step, group }: Cell, figures: FiguresInOrder, evidence: Evidence): Judged {
  const { stream } = request
  const found = figures.of(group)
  const expected =
    stream.source.sensors === 'open' ? heardOf(figures, group, step, evidence.now, () => OPEN_MS) : registered(stream, group, step)
  // Who was heard is public about nobody in a protected stream, and is not needed: every registered sensor counts.
  const reporting = stream.disclosure === null ? heardOf(figures, group, step, evidence.now, (s) => hearingMs(stream, s)) : null
  const final = evidence.watermark !== null && step.end <= evidence.watermark && !evidence.gaps.some((gap) => touches(gap, step, group))
  if (request.properties.some(keepsPoints)) {
    const judged = pointValues(request, found, { expected, stepMs: step.end - step.start })
    const heard = reporting !== 0 || found.count > 0
    if (judged === null || !heard) return { ...NOTHING, ...noPoints(request), expected, reporting, status: 'no_data' }
    const isOk = final && judged.complete && (reporting === null || reporting >= expected)
    return { ...NOTHING, ...judged.values, expected, reporting, status: isOk ? 'ok' : 'partial' }
  }
  if (found.count > 0) {
    const complete = final && (reporting === null || reporting >= expected)
    const known = step.start < (evidence.summedFrom ?? 0) ? { ...found, sum: null } : found
    return { ...NOTHING, ...valuesOf(request, known), expected, reporting, status: complete ? 'ok' : 'partial' }
  }
  const isZero = final && stream.source.silence === 'zero' && reporting !== 0
  if (!isZero) return { ...NOTHING, expected, reporting, status: 'no_data' }
  const values = valuesOf(request, { ...NO_FIGURES, sum: 0 })
  return { ...NOTHING, ...values, expected, reporting, status: reporting === null || reporting >= expected ? 'ok' : 'partial' }
}

function valuesOf(
  { properties, by }: AggregateRequest,
  found: Figures,
): Pick<AggregateRow, 'count' | 'sum' | 'min' | 'max' | 'mean' | 'last'> {
  const property = properties[0]!
  const { toUnits } = unitsOf(property)
  const show = (aggregate: Aggregate, figure: number | null) =>
    figure !== null && properties.every((p) => p.aggregates.includes(aggregate)) ? toUnits(figure) : null
  return {
    count: found.count,
    sum: show('sum', found.sum),
    min: show('min', found.min),
    max: show('max', found.max),
    mean: properties.length > 1 || found.count === 0 ? null : show('mean', found.sum === null ? null : found.sum / found.count),
    last: by === 'sensor' ? show('last', found.last) : null,
  }
}

function touches(gap: Gap, step: Step, { sensors }: Group): boolean {
  return gap.start < step.end && gap.end > step.start && (gap.sensor === null || sensors.some((sensor) => sensor.id === gap.sensor))
}

function registered(stream: Stream, group: Group, step: Step): number {
  return group.sensors.filter((sensor) => inService(sensor, step.start, step.end, stream.time.zone)).length
}

/** How many of a group were heard in the step or, where that is longer, within `within` (ms) before its end. */
function heardOf(figures: FiguresInOrder, group: Group, step: Step, now: number, within: (sensor: Sensor) => number): number {
  const end = Math.min(step.end, now)
  return group.sensors.filter((sensor) => figures.heard(sensor.id) > Math.min(step.start, end - within(sensor))).length
}

function gapsWithin(gaps: readonly Gap[], cells: readonly Cell[]): Gap[] {
  const from = cells[0]?.step.start ?? 0
  const to = cells.at(-1)?.step.end ?? 0
  return gaps.filter((gap) => gap.start < to && gap.end > from)
}

type Times = Pick<AggregateRow, 'from' | 'to' | 'local_date' | 'local_hour' | 'utc_offset'>

/** The times of a step as rows show them: made once for all rows of the step, which follow each other. */
function timesOf(zone: string): (step: Step) => Times {
  let last: { step: Step; times: Times } | null = null
  return (step) => {
    if (last?.step === step) return last.times
    const { date, hour, offset } = localTime(step.start, zone)
    const times = { from: utc(step.start), to: utc(step.end), local_date: date, local_hour: hour, utc_offset: offset }
    last = { step, times }
    return times
  }
}

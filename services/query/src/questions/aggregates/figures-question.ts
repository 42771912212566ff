import type { Property, Sensor, Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import { type Question, seconds, sensorCondition } from '../question.ts'
import type { Run } from '../steps.ts'
import { type Figures, NO_FIGURES } from './figures.ts'
import { stepSql } from './step-sql.ts'

/** Which rows: those of some sensors from `from` on (before the first step: only who was heard), in the steps of `runs`. */
export interface Span {
  readonly stream: Stream
  readonly properties: readonly Property[]
  readonly sensors: readonly Pick<Sensor, 'id' | 'everyMs'>[]
  /** Whether `sensors` is the whole register. */
  readonly all: boolean
  /** Windows that start in [from, to) are read; epoch ms. */
  readonly from: number
  readonly to: number
  readonly runs: readonly Run[]
  /** Longest window (s) that fits into a step: after a change of the window size, longer ones would not. */
  readonly maxSize: number
}

/** One sensor's figures in one step; `step` is its start in epoch ms, 0: before the first step. */
export interface SensorFigures {
  readonly sensor: string
  readonly step: number
  readonly figures: Figures
}

/** The merge of `<t>_partials` over chunks and windows: exact values of unprotected streams, or for operations. */
export function partialsQuestion(span: Span): Question<SensorFigures> {
  return question(
    span,
    'partials',
    ` AND size <= {size:UInt32}`,
    (p) => `tuple(${column(p, 'last_at')}, toString(${column(p, 'last_id')}))`,
  )
}

/** The same from `<t>_windows`, which stay when partials have expired and are sorted for city-wide ranges. */
export function windowsQuestion(span: Span): Question<SensorFigures> {
  return question(span, 'windows', ` AND size <= {size:UInt32} AND status = 'ok' AND sensor != ''`, (p) => column(p, 'last_at'))
}

/**
 * Imported windows alone. They never stand beside one of our own, so that nothing is lost by asking for them before
 * versions are merged.
 */
export function importedQuestion(span: Span): Question<SensorFigures> {
  const windows = windowsQuestion(span)
  return { ...windows, name: 'imported', sql: windows.sql.replace(' FINAL\nWHERE ', " FINAL\nPREWHERE origin = 'imported'\nWHERE ") }
}

/** The releases of a protected stream: the sum of every released value, whether it may be shown or not. */
export function releasesQuestion(span: Span): Question<SensorFigures> {
  const sums = span.properties.map((p) => column(p, 'sum'))
  const columns = [
    'toUInt32(0)',
    '0',
    sums.map((sum) => `sum(${sum})`).join(' + '),
    'NULL, NULL, NULL, 0',
    sums.map((sum) => `count(${sum})`).join(' + '),
    'countIf(policy != {policy:UInt16})',
  ]
  const base = stepped(span, 'windows', columns, ` AND size <= {size:UInt32} AND status = 'ok' AND sensor != ''`)
  return { ...base, name: 'releases', params: { ...base.params, policy: span.stream.disclosure?.policy ?? 0 } }
}

/** Who was heard in a span, as figures of the step 0. Versions are not merged: no event that was counted is taken back. */
export function heardQuestion(table: 'partials' | 'windows', { stream, sensors, all, from, to }: Span): Question<SensorFigures> {
  const { sql, params } = sensorCondition(sensors, all)
  return {
    name: `${table}_heard`,
    sql: `SELECT sensor, max(toUnixTimestamp(\`window\`) + size) FROM ${quoted(`${stream.table}_${table}`)}
WHERE \`window\` >= toDateTime({from:UInt32}) AND \`window\` < toDateTime({to:UInt32})${sql} AND ${EVENTS} > 0 GROUP BY sensor`,
    params: { ...params, from: seconds(from), to: seconds(to) },
    read: ([sensor, heard]) => ({ sensor: sensor as string, step: 0, figures: { ...NO_FIGURES, heard: (heard as number) * 1_000 } }),
  }
}

function question(span: Span, table: 'partials' | 'windows', condition: string, order: (p: Property) => string): Question<SensorFigures> {
  const [property] = span.properties
  if (property === undefined) throw new RangeError('a question about aggregates needs a property')
  const one = span.properties.length === 1
  const has = (aggregate: 'sum' | 'min' | 'max' | 'last') => one && property.aggregates.includes(aggregate)
  const summed = span.properties.every((p) => p.aggregates.includes('sum') || p.aggregates.includes('mean'))
  const columns = [
    `max(if(${EVENTS} > 0, start + size, 0))`,
    `ifNull(sum(${one ? column(property, 'count') : EVENTS}), 0)`,
    summed ? span.properties.map((p) => `sumOrNull(${column(p, 'sum')})`).join(' + ') : 'NULL',
    has('min') ? `min(${column(property, 'min')})` : 'NULL',
    has('max') ? `max(${column(property, 'max')})` : 'NULL',
    has('last') ? `argMax(${column(property, 'last')}, ${order(property)})` : 'NULL',
    has('last')
      ? `toUnixTimestamp64Milli(ifNull(maxIf(${column(property, 'last_at')}, ${column(property, 'last')} IS NOT NULL), toDateTime64(0, 3)))`
      : '0',
    '0, 0',
  ]
  return stepped(span, table, columns, condition)
}

function stepped(span: Span, table: 'partials' | 'windows', columns: readonly string[], condition: string): Question<SensorFigures> {
  const sensors = sensorCondition(span.sensors, span.all)
  const { definitions, step, params } = stepSql(span.runs)
  return {
    name: table,
    sql: `WITH ${definitions}toUnixTimestamp(\`window\`) AS start
SELECT sensor, ${step} AS step, ${columns.join(', ')}
FROM ${quoted(`${span.stream.table}_${table}`)} FINAL
WHERE \`window\` >= toDateTime({from:UInt32}) AND \`window\` < toDateTime({to:UInt32})${sensors.sql}${condition}
GROUP BY sensor, step
SETTINGS do_not_merge_across_partitions_select_final = 1`,
    params: { ...sensors.params, ...params, from: seconds(span.from), to: seconds(span.to), size: span.maxSize },
    read: readFigures,
  }
}

/** Column of the number of events, of all properties. */
const EVENTS = quoted('count')

type Row = [
  sensor: string,
  step: number,
  heard: number,
  count: number,
  sum: number | null,
  min: number | null,
  max: number | null,
  last: number | null,
  lastAt: number,
  atoms: number,
  foreign: number,
]

function readFigures(row: readonly unknown[]): SensorFigures {
  const [sensor, step, heard, count, sum, min, max, last, lastAt, atoms, foreign] = row as Row
  return { sensor, step: step * 1_000, figures: { count, sum, min, max, last, lastAt, heard: heard * 1_000, atoms, foreign } }
}

function column(property: Property, figure: string): string {
  return quoted(`${property.name}_${figure}`)
}

import { type Point, type Property, comparePoints } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import type { Span } from '../aggregates/figures-question.ts'
import { hearingMs } from '../aggregates/hearing.ts'
import { stepSql } from '../aggregates/step-sql.ts'
import { type Question, seconds, sensorCondition } from '../question.ts'

/** What closed windows of one sensor say of a counter or state in one step. Epoch ms; integers as the tables keep them. */
export interface StepChange {
  readonly sensor: string
  readonly step: number
  /** End of the newest window with an event, 0: none. */
  readonly heard: number
  readonly count: number
  readonly sum: number | null
  readonly resets: number
  readonly unknown: number
  /** Between `first` and `end`, also of windows in between that have no points. */
  readonly duration: ReadonlyMap<string, number>
  readonly arrivals: ReadonlyMap<string, number>
  /** Start of the first window with points and end of the last; without points they mean nothing. */
  readonly first: number
  readonly end: number
  readonly last: number | string | null
  readonly lastAt: number
}

/**
 * Closed windows, added up per step. A state lasts through windows that have no points, for as long as it is believed:
 * those between two that have are counted here, before the first and behind the last by whoever knows the steps around.
 */
export function changesQuestion(span: Span): Question<StepChange> {
  const [property] = span.properties as [Property]
  const { definitions, step, params } = stepSql(span.runs)
  const column = columnsOf(property)
  const counter = property.kind === 'counter'
  const has = (aggregate: 'sum' | 'duration' | 'arrivals') => property.aggregates.includes(aggregate)
  const hearing = hearingSql(span)
  const none = "CAST(map(), 'Map(String, UInt64)')"
  const gap = `map(ifNull(toString(last), ''), toUInt64(least(following, stop + ${hearing.sql}) - stop) * 1000)`
  const figures = [
    ...['max(if(events > 0, stop, 0))', 'sum(n)'],
    ...(counter && has('sum') ? ['sumOrNull(added)', 'sum(resets)', 'sum(unknown)'] : ['NULL', '0', '0']),
    ...(has('duration') ? ['sumMap(duration)', `sumMapIf(${gap}, n > 0 AND following > stop)`] : [none, none]),
    has('arrivals') ? 'sumMap(arrivals)' : none,
    ...['minIf(start, n > 0)', 'maxIf(stop, n > 0)', 'argMaxIf(last, start, n > 0)', 'argMaxIf(last_at, start, n > 0)'],
  ]
  const own = [
    ...(counter && has('sum')
      ? [`${column('sum')} AS added`, `ifNull(${column('resets')}, 0) AS resets`, `ifNull(${column('unknown')}, 0) AS unknown`]
      : []),
    ...(has('duration') ? [`${column('duration')} AS duration`] : []),
    ...(has('arrivals') ? [`${column('arrivals')} AS arrivals`] : []),
  ]
  const sensors = sensorCondition(span.sensors, span.all)
  return {
    name: 'changes',
    sql: `SELECT sensor, step, ${figures.join(', ')} FROM (
WITH ${definitions}toUnixTimestamp(\`window\`) AS start
SELECT sensor, ${step} AS step, start, start + size AS stop, ifNull(\`count\`, 0) AS events, ifNull(${column('count')}, 0) AS n,
  ${column('last')} AS last, ifNull(toUnixTimestamp64Milli(${column('last_at')}), 0) AS last_at, ${own.map((c) => `${c}, `).join('')}
  minIf(start, n > 0) OVER (PARTITION BY sensor, step ORDER BY start DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS following
FROM ${quoted(`${span.stream.table}_windows`)} FINAL
WHERE \`window\` >= toDateTime({from:UInt32}) AND \`window\` < toDateTime({to:UInt32})${sensors.sql} AND size <= {size:UInt32} AND status = 'ok' AND sensor != ''
) GROUP BY sensor, step`,
    params: {
      ...sensors.params,
      ...params,
      from: seconds(span.from),
      to: seconds(span.to),
      size: span.maxSize,
      ...hearing.params,
    },
    read: readChange,
  }
}

/**
 * How many seconds a sensor is believed: the stream's, but of slower sensors their own. The register in the store says which
 * these are: a list of them would be too long for a parameter.
 */
function hearingSql({ stream, sensors }: Span): { sql: string; params: Record<string, unknown> } {
  const hearing = hearingMs(stream, { everyMs: 0 })
  const slower = new Set(sensors.filter((sensor) => hearingMs(stream, sensor) > hearing).map(({ everyMs }) => everyMs))
  const params: Record<string, unknown> = { hearing: seconds(hearing) }
  const cases = [...slower].map((everyMs, i) => {
    Object.assign(params, {
      stream: stream.name,
      [`every_${i}`]: seconds(everyMs),
      [`hearing_${i}`]: seconds(hearingMs(stream, { everyMs })),
    })
    return `sensor IN (SELECT sensor FROM sensors FINAL WHERE stream = {stream:String} GROUP BY sensor HAVING argMax(every, valid_from) = {every_${i}:UInt32}), {hearing_${i}:UInt32}, `
  })
  return { sql: cases.length === 0 ? '{hearing:UInt32}' : `multiIf(${cases.join('')}{hearing:UInt32})`, params }
}

function readChange(row: readonly unknown[]): StepChange {
  const [sensor, step, heard, count, sum, resets, unknown, duration, between, arrivals, first, end, last, lastAt] = row
  const lasted = new Map(entriesOf(duration))
  for (const [state, ms] of entriesOf(between)) lasted.set(state, (lasted.get(state) ?? 0) + ms)
  const ms = (value: unknown) => Number(value) * 1_000
  return {
    ...{ sensor: sensor as string, step: ms(step), heard: ms(heard), count: Number(count), sum: sum === null ? null : Number(sum) },
    ...{ resets: Number(resets), unknown: Number(unknown), duration: lasted, arrivals: new Map(entriesOf(arrivals)) },
    ...{ first: ms(first), end: ms(end), last: last as number | string | null, lastAt: Number(lastAt) },
  }
}

function entriesOf(map: unknown): [string, number][] {
  return Object.entries(map as Record<string, number | string>).map(([state, n]) => [state, Number(n)])
}

/** The points of one sensor in a window that is not closed. */
export interface OpenWindow {
  readonly sensor: string
  /** Epoch ms. */
  readonly start: number
  readonly end: number
  /** Whether it has events at all. */
  readonly heard: boolean
  /** In order. */
  readonly points: readonly Point[]
}

/** The points of windows from `<t>_partials`: of those that are not closed nothing else is known yet. */
export function pointsQuestion(span: Span): Question<OpenWindow> {
  const [property] = span.properties as [Property]
  const points = columnsOf(property)('points')
  const sensors = sensorCondition(span.sensors, span.all)
  return {
    name: 'points',
    sql: `SELECT sensor, toUnixTimestamp(\`window\`) AS start, size, max(\`count\`) > 0,
  arrayMap(p -> (toUnixTimestamp64Milli(p.1), p.2, toString(p.3)), groupUniqArrayArray(${points}))
FROM ${quoted(`${span.stream.table}_partials`)} FINAL
WHERE \`window\` >= toDateTime({from:UInt32}) AND \`window\` < toDateTime({to:UInt32})${sensors.sql} AND size <= {size:UInt32}
GROUP BY sensor, start, size ORDER BY start`,
    params: { ...sensors.params, from: seconds(span.from), to: seconds(span.to), size: span.maxSize },
    read: ([sensor, start, size, heard, written]) => ({
      ...{ sensor: sensor as string, start: Number(start) * 1_000, end: (Number(start) + Number(size)) * 1_000, heard: Number(heard) > 0 },
      points: (written as [number | string, number | string, string][])
        .map(([at, value, id]) => ({ at: Number(at), value: property.label ? String(value) : Number(value), id }))
        .sort(comparePoints),
    }),
  }
}

/** What a sensor showed last before a span, and until when its window went. Epoch ms. */
export interface Before {
  readonly sensor: string
  readonly end: number
  readonly last: number | string | null
  readonly lastAt: number
}

/** The last closed windows with points that start in [from, to). */
export function beforeQuestion(span: Pick<Span, 'stream' | 'properties' | 'sensors' | 'all' | 'from' | 'to'>): Question<Before> {
  const [property] = span.properties as [Property]
  const column = columnsOf(property)
  const sensors = sensorCondition(span.sensors, span.all)
  return {
    name: 'before',
    sql: `SELECT sensor, argMax(toUnixTimestamp(\`window\`) + size, \`window\`), argMax(${column('last')}, \`window\`),
  argMax(ifNull(toUnixTimestamp64Milli(${column('last_at')}), 0), \`window\`)
FROM ${quoted(`${span.stream.table}_windows`)} FINAL
WHERE \`window\` >= toDateTime({from:UInt32}) AND \`window\` < toDateTime({to:UInt32})${sensors.sql} AND status = 'ok' AND ${column('count')} > 0
GROUP BY sensor`,
    params: { ...sensors.params, from: seconds(span.from), to: seconds(span.to) },
    read: ([sensor, end, last, lastAt]) => ({
      ...{ sensor: sensor as string, end: Number(end) * 1_000, lastAt: Number(lastAt) },
      last: property.label || last === null ? (last as string | null) : Number(last),
    }),
  }
}

function columnsOf(property: Property) {
  return (figure: string) => quoted(`${property.name}_${figure}`)
}

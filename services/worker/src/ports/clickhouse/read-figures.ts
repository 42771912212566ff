import type { ClickHouseClient } from '@clickhouse/client'
import { comparePoints, type FoldDocument, keepsPoints, type Point } from '@commonstream/schemas'
import { COUNT, Figures, LAST, LAST_AT, MAX, MIN, SUM, waysOf, WIDTH } from '../../fold/figures.ts'
import type { OpenWindow } from '../../fold/windows.ts'
import { uuidBytes } from '../../flush/row-writer.ts'
import type { FiguresQuery } from '../store-port.ts'
import { CONSISTENT } from './consistent.ts'

type Property = FoldDocument['properties'][number]

/** The merge of partials per sensor and window, as the store has them. */
export async function* readFigures(store: ClickHouseClient, properties: readonly Property[], q: FiguresQuery): AsyncGenerator<OpenWindow> {
  const { sql, params } = figuresSql(properties, q)
  const result = await store.query({ query: sql, query_params: params, format: 'JSONCompactEachRow', clickhouse_settings: CONSISTENT })
  for await (const rows of result.stream<unknown[]>()) {
    for (const row of rows) yield openWindow(properties, row.json())
  }
}

/** SQL of the merge; sensors and instants travel as parameters. */
export function figuresSql(properties: readonly Property[], q: FiguresQuery): { sql: string; params: Record<string, unknown> } {
  const columns = properties.flatMap((p) => figureExpressions(p))
  const where = ['partition = {partition:UInt16}', 'chunk < {chunk:UInt64}']
  if (q.from !== undefined) where.push('window >= fromUnixTimestamp({from:Int64})')
  if (q.to !== undefined) where.push('window < fromUnixTimestamp({to:Int64})')
  if (q.sensors !== undefined) where.push('sensor IN {sensors:Array(String)}')
  if (q.starts !== undefined) where.push('toUnixTimestamp(window) IN {starts:Array(UInt32)}')
  const sql = `SELECT sensor, toUnixTimestamp(window), size, sum(count)${columns.map((c) => `, ${c}`).join('')}
FROM city.${q.table}_partials FINAL WHERE ${where.join(' AND ')} GROUP BY sensor, window, size`
  const params: Record<string, unknown> = { partition: q.partition, chunk: q.chunk }
  if (q.from !== undefined) params['from'] = Math.max(0, Math.floor(q.from / 1000))
  if (q.to !== undefined) params['to'] = Math.max(0, Math.floor(q.to / 1000))
  if (q.sensors !== undefined) params['sensors'] = q.sensors
  if (q.starts !== undefined) params['starts'] = q.starts.map((ms) => ms / 1000)
  return { sql, params }
}

/** Columns of the answer per property. */
const COLUMNS = 8

function figureExpressions(property: Property): string[] {
  const { name: p, aggregates: a, label } = property
  const none = ['0', '0', 'NULL', 'NULL', 'NULL', '0', "''"]
  if (keepsPoints(property)) {
    const points = `groupUniqArrayArray(\`${p}_points\`)`
    return [...none, `arrayMap(point -> (toUnixTimestamp64Milli(point.1), point.2, replaceAll(toString(point.3), '-', '')), ${points})`]
  }
  if (label) return [...none, '[]']
  // UUIDs do not sort by their text in ClickHouse; the fold compares bytes, which is the text's order.
  const newest = `(\`${p}_last_at\`, toString(\`${p}_last_id\`))`
  const has = (...any: string[]) => any.some((x) => (a as readonly string[]).includes(x))
  return [
    `sum(\`${p}_count\`)`,
    has('sum', 'mean') ? `sum(\`${p}_sum\`)` : '0',
    has('min') ? `min(\`${p}_min\`)` : 'NULL',
    has('max') ? `max(\`${p}_max\`)` : 'NULL',
    has('last') ? `argMaxIf(\`${p}_last\`, ${newest}, \`${p}_count\` > 0)` : 'NULL',
    has('last') ? `toUnixTimestamp64Milli(max(\`${p}_last_at\`))` : '0',
    has('last') ? `argMaxIf(\`${p}_last_id\`, ${newest}, \`${p}_count\` > 0)` : "''",
    '[]',
  ]
}

/** One row of `figuresSql`. */
export function openWindow(properties: readonly Property[], row: unknown[]): OpenWindow {
  const [sensor, start, size, count, ...rest] = row as [string, number, number, number, ...unknown[]]
  const figures = new Figures(properties.length, waysOf({ properties }))
  figures.count = count
  properties.forEach((property, p) => {
    const [n, sum, min, max, last, lastAt, lastId, points] = rest.slice(p * COLUMNS, (p + 1) * COLUMNS)
    const o = p * WIDTH
    if (keepsPoints(property)) return figures.takePoints(p, pointsOf(property, points as WrittenPoint[]))
    if (Number(n) === 0) return
    figures.n[o + COUNT] = Number(n)
    figures.n[o + SUM] = Number(sum)
    figures.n[o + MIN] = Number(min ?? 0)
    figures.n[o + MAX] = Number(max ?? 0)
    if (!property.aggregates.includes('last')) return
    figures.n[o + LAST] = Number(last)
    figures.n[o + LAST_AT] = Number(lastAt)
    figures.lastId[p] = uuidBytes(String(lastId))
  })
  return { sensor, start: start * 1000, sizeMs: size * 1000, figures }
}

type WrittenPoint = readonly [at: number | string, value: number | string, id: string]

/** Points as the store writes them, in their order. */
function pointsOf(property: Property, written: readonly WrittenPoint[]): Point[] {
  return written
    .map(([at, value, id]) => ({ at: Number(at), value: property.label ? String(value) : Number(value), id }))
    .sort(comparePoints)
}

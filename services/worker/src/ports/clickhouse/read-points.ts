import type { ClickHouseClient } from '@clickhouse/client'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import type { Carry } from '../../fold/carries.ts'
import type { PointedQuery, PointedWindow } from '../store-port.ts'
import { CONSISTENT } from './consistent.ts'

/**
 * Windows with points, by the columns that count them alone. Versions are not merged: a later one of a partial has the
 * points of the earlier.
 */
export async function readPointedWindows(store: ClickHouseClient, q: PointedQuery): Promise<PointedWindow[]> {
  const { sql, params } = pointedSql(q)
  const result = await store.query({ query: sql, query_params: params, format: 'JSONCompactEachRow', clickhouse_settings: CONSISTENT })
  const rows = await result.json<[string, number, number, number[]]>()
  return rows.map(([sensor, start, size, counts]) => {
    const has = q.names.filter((_, i) => Number(counts[i]) > 0)
    return { sensor, start: start * 1_000, sizeMs: size * 1_000, has }
  })
}

/** SQL of the windows from each sensor's instant on, and of the last one before it with points of each property. */
function pointedSql(q: PointedQuery): { sql: string; params: Record<string, unknown> } {
  const counts = q.names.map((name) => quoted(`${name}_count`))
  const lasts = counts.map((count, i) => `maxIf((toUnixTimestamp(window), size), ${count} > 0) AS last_${i}`)
  const source = `city.${q.table}_partials WHERE partition = {partition:UInt16} AND chunk < {chunk:UInt64} AND sensor IN {sensors:Array(String)}
  AND window >= fromUnixTimestamp({begin:Int64}) AND window < fromUnixTimestamp({before:Int64})`
  const from = 'arrayElement({froms:Array(UInt32)}, indexOf({sensors:Array(String)}, toString(sensor)))'
  const sql = `WITH lasts AS (SELECT sensor, ${lasts.join(', ')} FROM ${source} AND toUnixTimestamp(window) < ${from} GROUP BY sensor)
SELECT sensor, toUnixTimestamp(window), size, [${counts.map((count) => `max(${count})`).join(', ')}] FROM ${source}
AND (toUnixTimestamp(window) >= ${from} OR (sensor, (toUnixTimestamp(window), size)) IN (SELECT sensor, arrayJoin([${lasts.map((_, i) => `last_${i}`).join(', ')}]) FROM lasts))
GROUP BY sensor, window, size`
  const sensors = [...q.from.keys()]
  const seconds = (ms: number) => Math.max(0, Math.floor(ms / 1_000))
  const froms = sensors.map((sensor) => seconds(q.from.get(sensor) as number))
  return { sql, params: { partition: q.partition, chunk: q.chunk, sensors, froms, begin: seconds(q.begin), before: seconds(q.before) } }
}

/** The points before the open windows that a chunk left at its end. */
export async function readCarries(
  store: ClickHouseClient,
  o: { readonly table: string; readonly partition: number; readonly chunk: number; readonly version: number },
): Promise<Carry[]> {
  const result = await store.query({
    query: `SELECT sensor, property, toUnixTimestamp64Milli(at) AS ms, value, replaceAll(toString(id), '-', '') AS hex FROM city.${o.table}_carries FINAL
      WHERE partition = {partition:UInt16} AND chunk = {chunk:UInt64} AND version = {version:UInt64}`,
    query_params: { partition: o.partition, chunk: o.chunk, version: o.version },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  return (await result.json<Parameters<typeof carryOf>[0]>()).map(carryOf)
}

/** A row of `<t>_carries`; `ms` is its instant, `hex` its event's id. */
export function carryOf(row: { sensor: string; property: string; ms: number | string; value: string; hex: string }): Carry {
  const { sensor, property, ms, value, hex } = row
  return { sensor, property, point: { at: Number(ms), value: JSON.parse(value) as number | string, id: hex } }
}

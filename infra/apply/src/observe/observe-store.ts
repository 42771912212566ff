import type { ClickHouseClient } from '@clickhouse/client'
import { DATABASE, type DecisionRecord } from '@commonstream/schemas'
import { decisionsOfTable } from './observe-decisions.ts'
import type { ObservedTable, SensorRow } from './observed.ts'

interface Store {
  readonly database: boolean
  readonly tables: Map<string, ObservedTable>
  readonly views: Map<string, string>
  readonly sensors: SensorRow[]
  readonly decisionRows: readonly DecisionRecord[]
}

interface TableRow {
  name: string
  engine: string
  sorting_key: string
  engine_full: string
  comment: string
}

/** The tables and views of the database `city`, and the sensors it knows. */
export async function observeStore(store: ClickHouseClient): Promise<Store> {
  const rows = async <T>(query: string): Promise<T[]> =>
    (await store.query({ query, query_params: { database: DATABASE }, format: 'JSONEachRow' })).json<T>()
  const database = await rows('SELECT name FROM system.databases WHERE name = {database:String}')
  const found = await rows<TableRow>(
    'SELECT name, engine, sorting_key, engine_full, comment FROM system.tables WHERE database = {database:String}',
  )
  const columns = await rows<{ table: string; name: string; type: string }>(
    'SELECT table, name, type FROM system.columns WHERE database = {database:String} ORDER BY table, position',
  )
  const tables = new Map<string, ObservedTable>()
  const views = new Map<string, string>()
  for (const { name, engine, sorting_key, engine_full, comment } of found) {
    if (engine === 'View') views.set(name, comment)
    else
      tables.set(name, {
        columns: new Map(columns.filter((c) => c.table === name).map((c) => [c.name, c.type])),
        sortingKey: sorting_key,
        ttl: ttlOf(engine_full),
      })
  }
  const sensors = await sensorRows(rows, tables.get('sensors'))
  const decisionRows = tables.has('decisions') ? await decisionsOfTable(store) : []
  return { database: database.length > 0, tables, views, sensors, decisionRows }
}

/** A table of an earlier version has no dates yet: its rows hold from the beginning. */
async function sensorRows(rows: <T>(query: string) => Promise<T[]>, table: ObservedTable | undefined): Promise<SensorRow[]> {
  if (table === undefined) return []
  const dated = table.columns.has('valid_from')
  const newer = dated
    ? 'toString(valid_from) AS valid_from, device, aliases, details'
    : "'1970-01-01' AS valid_from, NULL AS device, [] AS aliases, '' AS details"
  return rows<SensorRow>(
    `SELECT stream, sensor, name, zone, gateway, lon, lat, place, every, installed, removed, version, ${newer} FROM ${DATABASE}.sensors FINAL`,
  )
}

function ttlOf(engine: string): string | null {
  return / TTL (.+?)(?: SETTINGS |$)/.exec(engine)?.[1] ?? null
}

import type { ClickHouseClient } from '@clickhouse/client'
import type { ChunkSums } from '../../reconcile/chunk-sums.ts'
import { CONSISTENT } from './consistent.ts'

/**
 * What the ledger says of each complete chunk that was appended since `since`, beside what the tables hold of it. The
 * readings of a chunk are those whose offset lies in it.
 */
export async function readChunkSums(store: ClickHouseClient, o: { stream: string; table: string; since: number }): Promise<ChunkSums[]> {
  const sql = `WITH chunks AS (
  SELECT partition, chunk, last, records, stored, ids, carry_count, carry_hash, toUnixTimestamp64Milli(appended) AS at FROM city.ledger FINAL
  WHERE stream = {stream:String} AND complete AND appended >= fromUnixTimestamp64Milli({since:Int64})
)
SELECT c.partition AS partition, c.chunk AS chunk, c.last AS last, c.records AS records, c.stored AS stored, c.at AS at,
  p.n AS partials, p.first AS first, a.r AS accounted, a.s AS accountedStored, r.n AS readings, r.x = reinterpretAsUInt128(c.ids) AS sameIds,
  c.carry_count AS carryCount, c.carry_hash AS carryHash
FROM chunks AS c
LEFT JOIN (SELECT partition, chunk, sum(count) AS n, toUnixTimestamp(min(window)) * 1000 AS first FROM city.${o.table}_partials FINAL GROUP BY partition, chunk) AS p
  ON p.partition = c.partition AND p.chunk = c.chunk
LEFT JOIN (SELECT partition, chunk, sum(records) AS r, sum(stored) AS s FROM city.accounting FINAL WHERE stream = {stream:String} GROUP BY partition, chunk) AS a
  ON a.partition = c.partition AND a.chunk = c.chunk
LEFT JOIN (
  SELECT d.partition AS partition, d.chunk AS chunk, count() AS n, groupBitXor(reinterpretAsUInt128(e.event_id)) AS x
  FROM (SELECT partition, offset, event_id FROM city.${o.table}_readings FINAL) AS e
  ASOF INNER JOIN chunks AS d ON e.partition = d.partition AND e.offset >= d.chunk
  WHERE e.offset <= d.last GROUP BY partition, chunk
) AS r ON r.partition = c.partition AND r.chunk = c.chunk
ORDER BY partition, chunk`
  const result = await store.query({
    query: sql,
    query_params: { stream: o.stream, since: Math.max(0, Math.floor(o.since)) },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  const rows = await result.json<Record<keyof ChunkSums, number | boolean | string>>()
  const number = (value: unknown) => Number(value ?? 0)
  return rows.map((r) => ({
    ...{
      partition: number(r.partition),
      chunk: number(r.chunk),
      last: number(r.last),
      records: number(r.records),
      stored: number(r.stored),
      at: number(r.at),
    },
    ...{ partials: number(r.partials), first: number(r.first), accounted: number(r.accounted), accountedStored: number(r.accountedStored) },
    ...{ readings: number(r.readings), sameIds: number(r.readings) === 0 ? number(r.stored) === 0 : Boolean(r.sameIds) },
    ...{ carryCount: number(r.carryCount), carryHash: String(r.carryHash) },
  }))
}

/** Of these event ids those that stand in the readings at an offset outside a chunk: repetitions beyond the horizon. */
export async function readIdsElsewhere(
  store: ClickHouseClient,
  o: { table: string; partition: number; chunk: number; last: number; ids: readonly string[] },
): Promise<number> {
  const query = `SELECT uniqExact(event_id) AS n FROM city.${o.table}_readings WHERE partition = {partition:UInt16} AND NOT (offset BETWEEN {chunk:UInt64} AND {last:UInt64}) AND event_id IN {ids:Array(UUID)}`
  const result = await store.query({
    query,
    query_params: { partition: o.partition, chunk: o.chunk, last: o.last, ids: o.ids },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  return (await result.json<{ n: number }>())[0]?.n ?? 0
}

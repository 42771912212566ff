import type { ClickHouseClient } from '@clickhouse/client'
import type { FoldDocument } from '@commonstream/schemas'
import type { AlertStateRow } from '../../fold/alerts/alerts.ts'
import type { Intent, LedgerRow, Witness } from '../../resume/ledger-row.ts'
import { CONSISTENT } from './consistent.ts'

/** The complete row whose last offset is `last`, or null. */
export async function readLedgerRow(store: ClickHouseClient, stream: string, partition: number, last: number): Promise<LedgerRow | null> {
  const result = await store.query({
    query: `SELECT chunk, documents, watermark, open_count, open_hash, state_count, state_hash, carry_count, carry_hash, last_id, toUnixTimestamp64Milli(appended) AS at
      FROM city.ledger FINAL WHERE stream = {stream:String} AND partition = {partition:UInt16} AND complete AND last = {last:UInt64} ORDER BY chunk DESC LIMIT 1`,
    query_params: { stream, partition, last },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  const [row] = await result.json<Record<string, unknown>>()
  return row === undefined ? null : ledgerRowOf(row)
}

/** A row of the ledger by column; `at` is its append time in epoch ms. */
export function ledgerRowOf(row: Readonly<Record<string, unknown>>): LedgerRow {
  return {
    chunk: Number(row['chunk']),
    documents: JSON.parse(String(row['documents'])) as FoldDocument[],
    watermark: JSON.parse(String(row['watermark'])) as LedgerRow['watermark'],
    openCount: Number(row['open_count']),
    openHash: String(row['open_hash']),
    stateCount: Number(row['state_count']),
    stateHash: String(row['state_hash']),
    carryCount: Number(row['carry_count']),
    carryHash: String(row['carry_hash']),
    lastId: String(row['last_id']),
    appended: Number(row['at']),
  }
}

/** The last offset that any row of a partition holds, with its record's id and chunk; null without rows. */
export async function readCertified(
  store: ClickHouseClient,
  stream: string,
  partition: number,
): Promise<(Witness & { chunk: number }) | null> {
  const result = await store.query({
    query: `SELECT max(last) AS offset, argMax(last_id, version) AS id, argMax(chunk, version) AS chunk, count() AS rows
      FROM city.ledger WHERE stream = {stream:String} AND partition = {partition:UInt16}`,
    query_params: { stream, partition },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  const [row] = await result.json<{ offset: number; id: string; chunk: number; rows: number }>()
  if (row === undefined || row.rows === 0) return null
  const { offset, id, chunk } = row
  return { offset, id, chunk }
}

/** Of each resume and chunk the last record that a flush was about to write of, from an offset on, in order. */
export async function readIntended(store: ClickHouseClient, stream: string, partition: number, from: number): Promise<Intent[]> {
  const result = await store.query({
    query: `SELECT last AS offset, last_id AS id, owner FROM city.flush_intents FINAL
      WHERE stream = {stream:String} AND partition = {partition:UInt16} AND last >= {from:UInt64} ORDER BY last, last_id`,
    query_params: { stream, partition, from },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  const rows = await result.json<{ offset: number | string; id: string; owner: string }>()
  return rows.map(({ offset, id, owner }) => ({ offset: Number(offset), id, owner }))
}

/** Day keys' commitments of a stream, by day: what the ledger says each key must be. */
export async function readCommitments(store: ClickHouseClient, stream: string): Promise<Record<string, string>> {
  const result = await store.query({
    query: 'SELECT DISTINCT keys FROM city.ledger FINAL WHERE stream = {stream:String}',
    query_params: { stream },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  const rows = await result.json<{ keys: string }>()
  return Object.assign({}, ...rows.map((r) => JSON.parse(r.keys) as Record<string, string>)) as Record<string, string>
}

/** The alert states that a chunk left at its end. */
export async function readAlertStates(
  store: ClickHouseClient,
  stream: string,
  partition: number,
  chunk: number,
  version: number,
): Promise<AlertStateRow[]> {
  const result = await store.query({
    query: `SELECT rule, subject, state FROM city.alert_states FINAL WHERE stream = {stream:String} AND partition = {partition:UInt16} AND chunk = {chunk:UInt64} AND version = {version:UInt64}`,
    query_params: { stream, partition, chunk, version },
    format: 'JSONEachRow',
    clickhouse_settings: CONSISTENT,
  })
  const rows = await result.json<{ rule: string; subject: string; state: string }>()
  return rows.map((r) => ({ ...r, state: JSON.parse(r.state) as AlertStateRow['state'] }))
}

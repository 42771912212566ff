import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { insertInto, type Target } from '../../flush/tables.ts'

/** ClickHouse's error codes of what trying again can mend: overload, a full disk, lost connections, replicas that lag or are away. */
const WORLD_CODES = new Set([
  ...['75', '76', '243', '294', '586', '641'], // a disk that is full, or does not answer
  ...['173', '202', '203', '241', '252', '439', '745', '777', '778'], // too much at once
  ...['159', '209', '210', '236', '279', '394', '499'], // time, network, a server that stops
  ...['164', '225', '242', '254', '285', '286', '289', '319', '369', '999'], // replicas and their Keeper
])

/** Inserts rows into one table as one block. */
export async function insertRows(store: ClickHouseClient, target: Target, rows: Buffer): Promise<void> {
  const { stream } = await store.exec({
    query: `${insertInto(target)} FORMAT RowBinary`,
    values: Readable.from([rows], { objectMode: false }),
    // One block per insert, whatever its size: an insert is seen whole or not at all.
    clickhouse_settings: { max_insert_block_size: '1048576', input_format_parallel_parsing: 0 },
  })
  for await (const _ of stream) {
    // The answer of an insert is empty; it must be read to its end for the connection to be used again.
  }
}

/** Whether a failed store request may be tried again: anything but an error that the server calls ours. */
export function storeRetriable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code !== 'string' || !/^\d+$/.test(code) || WORLD_CODES.has(code)
}

import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { insertInto, type Target } from '../../flush/tables.ts'

/** Server error codes that trying again can mend: overload, too many parts, memory, lost connections, read-only replicas. */
const WORLD_CODES = new Set([
  '159',
  '164',
  '202',
  '209',
  '210',
  '225',
  '236',
  '241',
  '242',
  '252',
  '279',
  '285',
  '286',
  '289',
  '319',
  '394',
  '999',
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

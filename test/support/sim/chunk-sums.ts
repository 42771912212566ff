import type { ChunkSums } from '@commonstream/worker/reconcile/chunk-sums.ts'
import type { Row } from './row-binary.ts'
import type { SimStore } from './sim-store.ts'

/** What ledger and tables say of each complete chunk: the reconciler's question, answered by going through all rows. */
export function chunkSums(store: SimStore, o: { readonly stream: string; readonly table: string; readonly since: number }): ChunkSums[] {
  const ledger = store.read('ledger').filter((r) => r['stream'] === o.stream && r['complete'] === true && Number(r['appended']) >= o.since)
  const [partials, accounts, readings] = [store.read(`${o.table}_partials`), store.read('accounting'), store.read(`${o.table}_readings`)]
  const sums = ledger.map((row): ChunkSums => {
    const of = (rows: readonly Row[]) => rows.filter((r) => r['partition'] === row['partition'] && r['chunk'] === row['chunk'])
    const sum = (rows: readonly Row[], name: string) => rows.reduce((n, r) => n + Number(r[name]), 0)
    const [parts, counts] = [of(partials), of(accounts)]
    const own = readings.filter(
      (r) =>
        r['partition'] === row['partition'] && Number(r['offset']) >= Number(row['chunk']) && Number(r['offset']) <= Number(row['last']),
    )
    const ids = xor(own.map((r) => String(r['event_id'])))
    return {
      partition: Number(row['partition']),
      chunk: Number(row['chunk']),
      last: Number(row['last']),
      records: Number(row['records']),
      stored: Number(row['stored']),
      at: Number(row['appended']),
      partials: sum(parts, 'count'),
      first: parts.length === 0 ? 0 : Math.min(...parts.map((r) => Number(r['window']))),
      accounted: sum(counts, 'records'),
      accountedStored: sum(counts, 'stored'),
      readings: own.length,
      sameIds: ids === String(row['ids']),
      carryCount: Number(row['carry_count']),
      carryHash: String(row['carry_hash']),
    }
  })
  return sums.sort((a, b) => a.partition - b.partition || a.chunk - b.chunk)
}

/** Of ids in hex. */
export function xor(ids: readonly string[]): string {
  const sum = Buffer.alloc(16)
  for (const id of ids) Buffer.from(id, 'hex').forEach((byte, i) => (sum[i] = (sum[i] as number) ^ byte))
  return sum.toString('hex')
}

import type { ClickHouseClient } from '@clickhouse/client'
import { retry } from '@commonstream/runtime'
import type { StorePort } from '../store-port.ts'
import { readChunkSums, readIdsElsewhere } from './read-chunk-sums.ts'
import { insertRows, storeRetriable } from './insert-rows.ts'
import { readCarries, readPointedWindows } from './read-points.ts'
import { readFigures } from './read-figures.ts'
import { readAlertStates, readCertified, readCommitments, readIntended, readLedgerRow } from './read-ledger.ts'

/** A lost connection is no reason to give up a question; what does not mend is told by whoever asked. */
const again = <T>(ask: () => Promise<T>) => retry(ask, { tries: 6, minMs: 100, maxMs: 2_000, retriable: storeRetriable })

/** The store as ClickHouse is it. */
export function clickHouseStore(client: ClickHouseClient): StorePort {
  return {
    async ready() {
      await client.command({ query: 'SELECT 1 FROM city.ledger LIMIT 0' })
    },
    close: () => client.close(),
    insert: (target, rows) => insertRows(client, target, rows),
    retriable: storeRetriable,
    ledgerRow: (stream, partition, last) => again(() => readLedgerRow(client, stream, partition, last)),
    certified: (stream, partition) => again(() => readCertified(client, stream, partition)),
    intended: (stream, partition, from) => again(() => readIntended(client, stream, partition, from)),
    commitments: (stream) => again(() => readCommitments(client, stream)),
    alertStates: (stream, partition, chunk, version) => again(() => readAlertStates(client, stream, partition, chunk, version)),
    chunkSums: (o) => again(() => readChunkSums(client, o)),
    idsElsewhere: (o) => again(() => readIdsElsewhere(client, o)),
    pointedWindows: (query) => again(() => readPointedWindows(client, query)),
    carries: (table, partition, chunk, version) => again(() => readCarries(client, { table, partition, chunk, version })),
    figures: (properties, query) => readFigures(client, properties, query),
  }
}

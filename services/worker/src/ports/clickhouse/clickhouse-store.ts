import type { ClickHouseClient } from '@clickhouse/client'
import type { StorePort } from '../store-port.ts'
import { insertRows, storeRetriable } from './insert-rows.ts'
import { readFigures } from './read-figures.ts'
import { readAlertStates, readCertified, readCommitments, readLedgerRow } from './read-ledger.ts'

/** The store as ClickHouse is it. */
export function clickHouseStore(client: ClickHouseClient): StorePort {
  return {
    async ready() {
      await client.command({ query: 'SELECT 1 FROM city.ledger LIMIT 0' })
    },
    close: () => client.close(),
    insert: (target, rows) => insertRows(client, target, rows),
    retriable: storeRetriable,
    ledgerRow: (stream, partition, last) => readLedgerRow(client, stream, partition, last),
    certified: (stream, partition) => readCertified(client, stream, partition),
    commitments: (stream) => readCommitments(client, stream),
    alertStates: (stream, partition, chunk, version) => readAlertStates(client, stream, partition, chunk, version),
    figures: (properties, query) => readFigures(client, properties, query),
  }
}

import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { type Log, createKafka } from '@commonstream/runtime'
import type { Kafka } from 'kafkajs'
import type { ApplyConfig } from './config.ts'

export interface Clients {
  readonly kafka: Kafka
  /** Without a default database: `city` may have to be created. */
  readonly store: ClickHouseClient
}

/** The clients of a plan; close the store's when done. */
export function clientsOf(config: Pick<ApplyConfig, 'brokers' | 'store'>, log: Log): Clients {
  const { url, user, password } = config.store
  const store = createClient({ url, username: user, password, clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } })
  return { kafka: createKafka(config.brokers, 'city-apply', log), store }
}

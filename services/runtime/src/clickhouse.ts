import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'

export interface StoreAddress {
  url: string
  user: string
  password: string
}

/** A ClickHouse client of the database `city`. Requests have no server-side time limit (an insert must not be cut short). */
export function createStore(address: StoreAddress, options: { requestTimeoutMs?: number; maxConnections?: number } = {}): ClickHouseClient {
  return createClient({
    url: address.url,
    username: address.user,
    password: address.password,
    database: 'city',
    request_timeout: options.requestTimeoutMs ?? 60_000,
    max_open_connections: options.maxConnections ?? 8,
    // Its warnings are advice about settings that are chosen here on purpose; errors are thrown and told by the caller.
    log: { level: ClickHouseLogLevel.OFF },
    keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
}

import path from 'node:path'
import { LOOPBACK, type StoreAddress, loadConfig, portOf } from '@commonstream/runtime'
import Type from 'typebox'

const schema = Type.Object({
  CITY_SCHEMAS: Type.String({ default: path.join(import.meta.dirname, '..', '..', '..', 'schemas') }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_KAFKA: Type.Optional(Type.String()),
  CITY_KAFKA_REPLICATION: Type.Integer({ minimum: 1, maximum: 9, default: 1 }),
  CITY_CLICKHOUSE_URL: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CITY_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  CITY_CLOCK: Type.String({ default: '' }),
})

export interface ApplyConfig {
  readonly schemas: string
  readonly brokers: string
  readonly replication: number
  readonly store: StoreAddress
  /** False in a replay: its days are gone by, and expiry would empty the tables. */
  readonly ttl: boolean
}

/** What `make apply` runs by, from the environment. */
export function applyConfig(env: Record<string, string | undefined> = process.env): ApplyConfig {
  const c = loadConfig(schema, env)
  return {
    schemas: c.CITY_SCHEMAS,
    brokers: c.CITY_KAFKA ?? `${LOOPBACK}:${portOf('kafka', c.CITY_PORT_OFFSET)}`,
    replication: c.CITY_KAFKA_REPLICATION,
    store: {
      url: c.CITY_CLICKHOUSE_URL ?? `http://${LOOPBACK}:${portOf('clickhouse', c.CITY_PORT_OFFSET)}`,
      user: c.CITY_CLICKHOUSE_USER,
      password: c.CITY_CLICKHOUSE_PASSWORD,
    },
    ttl: c.CITY_CLOCK === '',
  }
}

import path from 'node:path'
import { cityClock, LOOPBACK, loadConfig, portOf, type StoreAddress } from '@commonstream/runtime'
import Type from 'typebox'

const schema = Type.Object({
  CITY_SCHEMAS: Type.String({ default: path.join(import.meta.dirname, '..', '..', '..', 'schemas') }),
  CITY_DATA_DIR: Type.String({ default: '.data' }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_KAFKA: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_URL: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CITY_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  CITY_CLOCK: Type.Optional(Type.String()),
  CITY_CLOCK_ORIGIN: Type.Optional(Type.Integer()),
})

export interface ImportConfig {
  readonly schemas: string
  readonly dataDir: string
  readonly brokers: string
  readonly store: StoreAddress
  /** The city's time, epoch ms. */
  readonly now: () => number
}

/** What `make import` runs by, from the environment. */
export function importConfig(env: Record<string, string | undefined> = process.env): ImportConfig {
  const c = loadConfig(schema, env)
  return {
    schemas: c.CITY_SCHEMAS,
    dataDir: c.CITY_DATA_DIR,
    brokers: c.CITY_KAFKA ?? `${LOOPBACK}:${portOf('kafka', c.CITY_PORT_OFFSET)}`,
    store: {
      url: c.CITY_CLICKHOUSE_URL ?? `http://${LOOPBACK}:${portOf('clickhouse', c.CITY_PORT_OFFSET)}`,
      user: c.CITY_CLICKHOUSE_USER,
      password: c.CITY_CLICKHOUSE_PASSWORD,
    },
    now: cityClock(c.CITY_CLOCK, c.CITY_CLOCK_ORIGIN).now,
  }
}

import { LOOPBACK, type StoreAddress, loadConfig, portOf } from '@commonstream/runtime'
import path from 'node:path'
import Type from 'typebox'

const HOLD_MS = 250

const Port = Type.Integer({ minimum: 1, maximum: 65_535 })

const schema = Type.Object({
  CITY_SCHEMAS: Type.String({ default: path.resolve(import.meta.dirname, '../../../schemas') }),
  CITY_DATA_DIR: Type.String({ default: '.data' }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_CLICKHOUSE_URL: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CITY_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  CITY_CLOCK: Type.Optional(Type.String()),
  CITY_CLOCK_ORIGIN: Type.Optional(Type.Integer()),
  CITY_QUERY_HOST: Type.String({ default: LOOPBACK }),
  CITY_QUERY_PORT: Type.Optional(Port),
  CITY_QUERY_RATE: Type.Integer({ minimum: 1, default: 3_000, description: 'Requests of one key in a minute.' }),
  CITY_BRIDGE_URL: Type.Optional(Type.String()),
  CITY_WORKER_URL: Type.Optional(Type.String()),
  CITY_LOG_LEVEL: Type.String({ default: 'info' }),
})

export interface QueryConfig {
  readonly schemas: string
  readonly dataDir: string
  readonly store: StoreAddress
  readonly clock: { readonly spec: string | undefined; readonly origin: number | undefined }
  readonly host: string
  readonly port: number
  readonly ratePerMinute: number
  /** How old the version may be that an answer is judged unchanged by: what a moment's pollers share. */
  readonly holdMs: number
  /** Where each other service says how it is. */
  readonly services: Readonly<Record<string, string>>
  readonly page: string
  readonly logLevel: string
}

/** The service's configuration; the only reader of the environment. @throws CityError `CONFIG_INVALID` */
export function queryConfig(env: Record<string, string | undefined> = process.env): QueryConfig {
  const given = loadConfig(schema, env)
  const at = (name: 'clickhouse' | 'bridge' | 'worker') => `http://${LOOPBACK}:${portOf(name, given.CITY_PORT_OFFSET)}`
  return {
    schemas: given.CITY_SCHEMAS,
    dataDir: given.CITY_DATA_DIR,
    store: {
      url: given.CITY_CLICKHOUSE_URL ?? at('clickhouse'),
      user: given.CITY_CLICKHOUSE_USER,
      password: given.CITY_CLICKHOUSE_PASSWORD,
    },
    clock: { spec: given.CITY_CLOCK, origin: given.CITY_CLOCK_ORIGIN },
    host: given.CITY_QUERY_HOST,
    port: given.CITY_QUERY_PORT ?? portOf('query', given.CITY_PORT_OFFSET),
    ratePerMinute: given.CITY_QUERY_RATE,
    holdMs: HOLD_MS,
    services: { bridge: given.CITY_BRIDGE_URL ?? at('bridge'), worker: given.CITY_WORKER_URL ?? at('worker') },
    page: path.resolve(import.meta.dirname, '../../dashboard/dist'),
    logLevel: given.CITY_LOG_LEVEL,
  }
}

import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { LOOPBACK, loadConfig, portOf } from '@commonstream/runtime'
import Type from 'typebox'

const Env = Type.Object({
  CITY_SCHEMAS: Type.String({ default: fileURLToPath(new URL('../../../schemas', import.meta.url)) }),
  CITY_DATA_DIR: Type.String({ default: '.data' }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_KAFKA: Type.String({ default: '' }),
  CITY_CLICKHOUSE_URL: Type.String({ default: '' }),
  CITY_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CITY_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  CITY_STREAMS: Type.String({ default: '' }),
  CITY_WORKER_ID: Type.String({ default: hostname() }),
  CITY_WORKER_HOST: Type.String({ default: LOOPBACK }),
  CITY_WORKER_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 0 }),
  CITY_WORKER_MEMORY_MB: Type.Integer({ minimum: 8, default: 48, description: 'rows that may wait for the store' }),
  CITY_LOG_LEVEL: Type.String({ default: 'info' }),
})

/** The worker's configuration, checked whole. */
export interface Config {
  readonly schemas: string
  readonly dataDir: string
  readonly kafka: string
  readonly store: { readonly url: string; readonly user: string; readonly password: string }
  /** Names of the streams to fold; empty: all. */
  readonly streams: readonly string[]
  readonly workerId: string
  readonly host: string
  readonly port: number
  readonly maxBytes: number
  readonly logLevel: string
}

/** @throws CityError `CONFIG_INVALID` with every fault. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const e = loadConfig(Env, env)
  const offset = e.CITY_PORT_OFFSET
  return {
    schemas: e.CITY_SCHEMAS,
    dataDir: e.CITY_DATA_DIR,
    kafka: e.CITY_KAFKA || `${LOOPBACK}:${portOf('kafka', offset)}`,
    store: {
      url: e.CITY_CLICKHOUSE_URL || `http://${LOOPBACK}:${portOf('clickhouse', offset)}`,
      user: e.CITY_CLICKHOUSE_USER,
      password: e.CITY_CLICKHOUSE_PASSWORD,
    },
    streams: e.CITY_STREAMS.split(',')
      .map((s) => s.trim())
      .filter(Boolean),
    workerId: e.CITY_WORKER_ID,
    host: e.CITY_WORKER_HOST,
    port: e.CITY_WORKER_PORT || portOf('worker', offset),
    maxBytes: e.CITY_WORKER_MEMORY_MB << 20,
    logLevel: e.CITY_LOG_LEVEL,
  }
}

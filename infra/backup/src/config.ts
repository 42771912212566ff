import path from 'node:path'
import { LOOPBACK, type StoreAddress, loadConfig, portOf } from '@commonstream/runtime'
import Type from 'typebox'

const schema = Type.Object({
  CITY_SCHEMAS: Type.String({ default: path.join(import.meta.dirname, '..', '..', '..', 'schemas') }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_CLICKHOUSE_URL: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CITY_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
})

export interface BackupConfig {
  readonly schemas: string
  readonly store: StoreAddress
}

/** What backup and restore run by, from the environment. */
export function backupConfig(env: Record<string, string | undefined> = process.env): BackupConfig {
  const c = loadConfig(schema, env)
  return {
    schemas: path.resolve(c.CITY_SCHEMAS),
    store: {
      url: c.CITY_CLICKHOUSE_URL ?? `http://${LOOPBACK}:${portOf('clickhouse', c.CITY_PORT_OFFSET)}`,
      user: c.CITY_CLICKHOUSE_USER,
      password: c.CITY_CLICKHOUSE_PASSWORD,
    },
  }
}

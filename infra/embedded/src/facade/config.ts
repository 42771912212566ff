import { loadConfig } from '@commonstream/runtime/config.ts'
import Type, { type Static } from 'typebox'

const schema = Type.Object({
  /** Folder of the store's state. */
  STORE_DIR: Type.String(),
  STORE_PORT: Type.Integer({ minimum: 1, maximum: 65_535 }),
  STORE_USER: Type.String({ default: 'default' }),
  STORE_PASSWORD: Type.String({ default: '' }),
  /** Statements that run at once; each holds a thread of libuv's pool while it does. */
  STORE_SESSIONS: Type.Integer({ minimum: 1, maximum: 12, default: 6 }),
  STORE_MAX_WAITING: Type.Integer({ minimum: 0, default: 200 }),
  /** The largest body of a request, unpacked, in bytes. */
  STORE_MAX_BODY: Type.Integer({ minimum: 1, default: 256 * 2 ** 20 }),
  CITY_LOG_LEVEL: Type.String({ default: 'info' }),
})

/** The store process's configuration; `startClickHouse` sets these variables. @throws CityError `CONFIG_INVALID` */
export function facadeConfig(env: Record<string, string | undefined> = process.env): Static<typeof schema> {
  return loadConfig(schema, env)
}

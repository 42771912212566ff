import path from 'node:path'
import { LOOPBACK, loadConfig, portOf } from '@commonstream/runtime'
import Type from 'typebox'

const schema = Type.Object({
  CITY_SCHEMAS: Type.String({ default: path.join(import.meta.dirname, '..', '..', '..', 'schemas') }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_KAFKA: Type.Optional(Type.String()),
  CITY_KAFKA_REPLICATION: Type.Integer({ minimum: 1, maximum: 9, default: 1 }),
  CITY_MQTT_HOST: Type.String({ default: LOOPBACK }),
  CITY_MQTT_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_PUSH_HOST: Type.String({ default: LOOPBACK }),
  CITY_PUSH_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_MQTT_USER: Type.Optional(Type.String()),
  CITY_MQTT_PASSWORD: Type.Optional(Type.String()),
})

export interface ReplayConfig {
  readonly schemas: string
  readonly brokers: string
  /** Where the bridge takes POSTs. */
  readonly push: string
  readonly mqtt: { readonly url: string; readonly user: string | undefined; readonly password: string | undefined }
}

/** What `make replay` runs by, from the environment. */
export function replayConfig(env: Record<string, string | undefined> = process.env): ReplayConfig {
  const c = loadConfig(schema, env)
  return {
    schemas: c.CITY_SCHEMAS,
    brokers: c.CITY_KAFKA ?? `${LOOPBACK}:${portOf('kafka', c.CITY_PORT_OFFSET)}`,
    push: `http://${c.CITY_PUSH_HOST}:${c.CITY_PUSH_PORT ?? portOf('push', c.CITY_PORT_OFFSET)}`,
    mqtt: {
      url: `mqtt://${c.CITY_MQTT_HOST}:${c.CITY_MQTT_PORT ?? portOf('mqtt', c.CITY_PORT_OFFSET)}`,
      user: c.CITY_MQTT_USER,
      password: c.CITY_MQTT_PASSWORD,
    },
  }
}

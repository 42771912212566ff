import path from 'node:path'
import { CityError } from '@commonstream/runtime/errors.ts'
import { loadConfig } from '@commonstream/runtime/config.ts'
import { LOOPBACK, type PORTS, portOf } from '@commonstream/runtime/defaults.ts'
import Type from 'typebox'

/** The checkout's folder: what is run is named from here. */
export const ROOT = path.resolve(import.meta.dirname, '..', '..', '..')

/** What Node made of our sources at an earlier start: a third less processor time and 20 MB less for every process. */
export const COMPILE_CACHE = path.join(ROOT, 'node_modules', '.cache', 'node')

const SERVICES = ['apply', 'bridge', 'worker', 'query'] as const

/** What can run beside the servers. */
export type ServiceName = (typeof SERVICES)[number]

const schema = Type.Object({
  CITY_DATA_DIR: Type.String({ default: path.join(ROOT, '.data') }),
  CITY_SCHEMAS: Type.String({ default: path.join(ROOT, 'schemas') }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_CLOCK: Type.Optional(Type.String()),
  /** Servers elsewhere, which are then not started here. */
  CITY_KAFKA: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_URL: Type.Optional(Type.String()),
  CITY_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CITY_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  CITY_KAFKA_HEAP: Type.String({ pattern: '^[0-9]+[mg]$', default: '256m' }),
  /** What runs beside the servers, or `none`; `apply` runs once. For work on a part of the whole. */
  CITY_SERVICES: Type.String({ default: SERVICES.join(',') }),
  CITY_BRIDGE_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_WORKER_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_QUERY_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_MQTT_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_PUSH_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
})

export type PortName = Exclude<keyof typeof PORTS, 'notifier'>

export interface StackConfig {
  /** The state's folder, absolute. */
  readonly dir: string
  readonly clock: string | undefined
  /** `host:port` of the broker, here or elsewhere. */
  readonly kafka: string
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string }
  /** Whether each server is one of ours. */
  readonly own: { readonly kafka: boolean; readonly clickhouse: boolean }
  readonly kafkaHeap: string
  readonly services: readonly ServiceName[]
  readonly ports: Readonly<Record<PortName, number>>
  /** What every child gets: the caller's CITY_* and the few variables that programs need. */
  readonly env: Readonly<Record<string, string>>
}

const PASSED = /^(CITY_\w+|OTEL_\w+|PATH|HOME|TMPDIR|LANG|JAVA_HOME)$/

/** The stack's configuration. @throws CityError `CONFIG_INVALID` */
export function stackConfig(env: Record<string, string | undefined> = process.env): StackConfig {
  const c = loadConfig(schema, env)
  const port = (name: PortName) => portOf(name, c.CITY_PORT_OFFSET)
  const own = { kafka: c.CITY_KAFKA === undefined, clickhouse: c.CITY_CLICKHOUSE_URL === undefined }
  if (c.CITY_CLOCK !== undefined && !(own.kafka && own.clickhouse)) {
    throw new CityError(
      'CONFIG_INVALID',
      'CITY_CLOCK is for the embedded servers: a replay has no place among the data of CITY_KAFKA or CITY_CLICKHOUSE_URL',
    )
  }
  const dir = path.resolve(c.CITY_DATA_DIR)
  const kafka = c.CITY_KAFKA ?? `${LOOPBACK}:${port('kafka')}`
  const url = c.CITY_CLICKHOUSE_URL ?? `http://${LOOPBACK}:${port('clickhouse')}`
  const passed = Object.entries(env).filter((entry): entry is [string, string] => PASSED.test(entry[0]) && entry[1] !== undefined)
  return {
    dir,
    clock: c.CITY_CLOCK,
    kafka,
    clickhouse: { url, user: c.CITY_CLICKHOUSE_USER, password: c.CITY_CLICKHOUSE_PASSWORD },
    own,
    kafkaHeap: c.CITY_KAFKA_HEAP,
    services: servicesOf(c.CITY_SERVICES),
    ports: {
      mqtt: c.CITY_MQTT_PORT ?? port('mqtt'),
      push: c.CITY_PUSH_PORT ?? port('push'),
      kafka: port('kafka'),
      kafkaController: port('kafkaController'),
      clickhouse: port('clickhouse'),
      query: c.CITY_QUERY_PORT ?? port('query'),
      bridge: c.CITY_BRIDGE_PORT ?? port('bridge'),
      worker: c.CITY_WORKER_PORT ?? port('worker'),
    },
    env: {
      ...Object.fromEntries(passed),
      CITY_DATA_DIR: dir,
      CITY_SCHEMAS: path.resolve(c.CITY_SCHEMAS),
      CITY_KAFKA: kafka,
      CITY_CLICKHOUSE_URL: url,
      // The producer's partitioner is the one we mean.
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      // Children that outlive the stack are known by this.
      CITY_STACK: dir,
    },
  }
}

function servicesOf(list: string): ServiceName[] {
  if (list === 'none') return []
  const wanted = list.split(',').map((name) => name.trim())
  const unknown = wanted.filter((name) => !SERVICES.some((known) => known === name))
  if (unknown.length > 0)
    throw new CityError('CONFIG_INVALID', `CITY_SERVICES names ${unknown.join(', ')}: want some of ${SERVICES.join(', ')}, or none`)
  return SERVICES.filter((name) => wanted.includes(name))
}

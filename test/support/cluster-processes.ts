import path from 'node:path'
import { startChild } from '@commonstream/embedded/child/start-child.ts'
import { COMPILE_CACHE } from '@commonstream/embedded/config.ts'
import { PORTS, portOf } from '@commonstream/runtime'
import { Service } from './cluster-service.ts'

export interface FleetOptions {
  readonly dir: string
  /** A leased port offset for each bridge and worker. */
  readonly offsets: readonly number[]
  /** Contracts that each begins with. */
  readonly schemas: string
  readonly bridges: number
  readonly workers: number
  readonly kafka: string
  readonly store: string
}

/** The bridges and workers of a cluster; all that may run, running or not. */
export interface Fleet {
  readonly bridges: readonly Service[]
  readonly workers: readonly Service[]
  /** MQTT ports of the bridges. */
  readonly mqtt: readonly number[]
  /** CITY_DATA_DIR of all of them. */
  readonly dataDir: string
  /** The contracts with which a bridge or worker starts from its next start on. */
  useSchemas(service: Service, schemas: string): void
  stop(): Promise<void>
}

const SERVICES = path.join(import.meta.dirname, '..', '..', 'services')

export function startFleet(o: FleetOptions): Fleet {
  const schemas = new Map<Service, string>()
  // A replay whose clock shows the present: ticks four times a second, tables that keep everything.
  const origin = Date.now()
  const dataDir = path.join(o.dir, 'data')
  const common = {
    ...{ PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, CITY_DATA_DIR: dataDir },
    ...{ CITY_KAFKA: o.kafka, CITY_CLICKHOUSE_URL: o.store },
    ...{ CITY_CLOCK: `${new Date(origin).toISOString()}@1`, CITY_CLOCK_ORIGIN: String(origin) },
  }
  const make = (kind: 'bridge' | 'worker', i: number): Service => {
    const offset = o.offsets[i] as number
    const name = `${kind}-${i + 1}`
    const own =
      kind === 'bridge'
        ? {
            CITY_BRIDGE_ID: name,
            CITY_MQTT_PORT: String(portOf('mqtt', offset)),
            CITY_BRIDGE_PORT: String(portOf('bridge', offset)),
            CITY_PUSH_PORT: String(portOf('push', offset)),
          }
        : { CITY_WORKER_ID: name, CITY_WORKER_PORT: String(portOf('worker', offset)) }
    const service: Service = new Service({
      name,
      start: () =>
        startChild({
          name,
          command: process.execPath,
          args: [path.join(SERVICES, kind, 'src', 'main.ts')],
          env: { ...common, ...own, CITY_SCHEMAS: schemas.get(service) ?? o.schemas },
          log: path.join(o.dir, 'log', `${name}.log`),
        }),
      ready: () => askReady(PORTS[kind] + offset),
    })
    return service
  }
  const bridges = Array.from({ length: o.bridges }, (_, i) => make('bridge', i))
  const workers = Array.from({ length: o.workers }, (_, i) => make('worker', i))
  return {
    bridges,
    workers,
    dataDir,
    mqtt: bridges.map((_, i) => portOf('mqtt', o.offsets[i] as number)),
    useSchemas: (service, folder) => void schemas.set(service, folder),
    stop: async () => void (await Promise.all([...bridges, ...workers].map((service) => service.stop()))),
  }
}

async function askReady(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })
  if (!response.ok) throw new Error(await response.text())
}

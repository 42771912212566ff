import path from 'node:path'
import { type Child, startChild } from './child/start-child.ts'
import { waitUntil } from './child/wait-until.ts'
import { COMPILE_CACHE } from './config.ts'

export interface ClickHouseOptions {
  /** Folder of its state. */
  readonly dir: string
  readonly port: number
  /** Defaults to `<dir>/clickhouse.log`. */
  readonly log?: string
  readonly user?: string
  readonly password?: string
  /** Statements at once (6). */
  readonly sessions?: number
  readonly env?: Readonly<Record<string, string>>
}

/** A running store. `url` is what `@clickhouse/client` takes. */
export interface ClickHouse {
  readonly url: string
  readonly pid: number
  readonly child: Child
  stop(): Promise<void>
}

const START_LIMIT_MS = 60_000

/** More than the engine's sessions: queries hold threads of this pool, and reading files must go on beside them. */
const THREADPOOL = '16'

/** Starts the store's process without waiting for it. */
export function spawnClickHouse(o: ClickHouseOptions): Child {
  return startChild({
    name: 'clickhouse',
    command: process.execPath,
    args: [path.join(import.meta.dirname, 'facade', 'main.ts')],
    env: {
      PATH: process.env['PATH'],
      TZ: 'UTC',
      UV_THREADPOOL_SIZE: THREADPOOL,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      STORE_DIR: path.resolve(o.dir),
      STORE_PORT: String(o.port),
      STORE_USER: o.user,
      STORE_PASSWORD: o.password,
      STORE_SESSIONS: o.sessions?.toString(),
      ...o.env,
    },
    log: o.log ?? path.join(o.dir, 'clickhouse.log'),
  })
}

/** Throws unless the store at `url` answers. */
export async function askClickHouse(url: string): Promise<void> {
  const response = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(2_000) })
  if (!response.ok) throw new Error(`/ping answered ${response.status}`)
}

/**
 * A ClickHouse engine behind ClickHouse's HTTP interface, in a process of its own on loopback, ready to be asked.
 * Its state survives kill -9; one process at a time may have a folder open.
 * @throws CityError `CHILD_FAILED` with the end of its log
 */
export async function startClickHouse(o: ClickHouseOptions): Promise<ClickHouse> {
  const child = spawnClickHouse(o)
  const url = `http://127.0.0.1:${o.port}`
  try {
    await waitUntil(child, () => askClickHouse(url), { limitMs: START_LIMIT_MS })
  } catch (error) {
    await child.stop()
    throw error
  }
  return { url, pid: child.pid, child, stop: async () => void (await child.stop()) }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Child, startChild } from '@commonstream/embedded/child/start-child.ts'
import { waitUntil } from '@commonstream/embedded/child/wait-until.ts'
import { startClickHouse } from '@commonstream/embedded/start-clickhouse.ts'
import { createStore, LOOPBACK } from '@commonstream/runtime'
import { type City, loadCity } from '@commonstream/schemas'
import { freePort } from '../../support/ports.ts'
import { createTables } from '../../support/seed.ts'
import { answerReady } from './answer-ready.ts'
import { copyCity } from '../../support/city-folder.ts'

/** Tokens of the served city. */
export const TOKENS = {
  operations: 'operations-token-of-the-page-tests',
  steward: 'steward-token-of-the-page-tests',
  device: 'device-token-of-the-page-tests',
}

/** Something that can be taken away and brought back. */
export interface Switch {
  start(): Promise<void>
  stop(): Promise<void>
  /** Keeps its place and answers nothing, until `wake`. */
  hang(): void
  wake(): void
}

/** The real query service with the built page over a real store; bridge and worker are addresses that tell they are well. */
export interface ServedCity {
  readonly city: City
  readonly url: string
  readonly client: ClickHouseClient
  readonly query: Switch
  readonly store: Switch
  stop(): Promise<void>
}

const ROOT = path.join(import.meta.dirname, '..', '..', '..')
const START_LIMIT_MS = 30_000

/** @param clock CITY_CLOCK, running from now on; @param edit changes the folder of schemas before it is read */
export async function serveCity(clock: string, edit: (schemas: string) => void = () => undefined): Promise<ServedCity> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'city-page-'))
  writeFileSync(path.join(dir, 'tokens.json'), JSON.stringify(TOKENS), { mode: 0o600 })
  const [queryPort, storePort] = [await freePort(), await freePort()]
  const [url, storeUrl] = [`http://${LOOPBACK}:${queryPort}`, `http://${LOOPBACK}:${storePort}`]
  const schemas = copyCity(path.join(dir, 'schemas'))
  edit(schemas)
  const city = await loadCity(schemas)
  const others = await answerReady(['bridge', 'worker'])
  const store = switchOf(async () => (await startClickHouse({ dir: path.join(dir, 'clickhouse'), port: storePort })).child)
  const env = {
    PATH: process.env['PATH'],
    ...{
      CITY_SCHEMAS: schemas,
      CITY_DATA_DIR: dir,
      CITY_QUERY_PORT: String(queryPort),
      CITY_CLICKHOUSE_URL: storeUrl,
      CITY_QUERY_RATE: '100000',
    },
    ...{ CITY_BRIDGE_URL: others.addresses['bridge'], CITY_WORKER_URL: others.addresses['worker'] },
    ...{ CITY_CLOCK: clock, CITY_CLOCK_ORIGIN: String(Date.now()) },
  }
  const query = switchOf(() => startQuery(url, env, path.join(dir, 'query.log')))
  await store.start()
  await createDatabase(storeUrl)
  const client = createStore({ url: storeUrl, user: 'default', password: '' })
  await createTables(client, city)
  await query.start()
  const stop = async () => {
    await query.stop()
    await client.close()
    await store.stop()
    await others.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return { city, url, client, query, store, stop }
}

function switchOf(start: () => Promise<Child>): Switch {
  let running: Child | null = null
  return {
    async start() {
      running ??= await start()
    },
    async stop() {
      await running?.stop()
      running = null
    },
    hang: () => running?.kill('SIGSTOP'),
    wake: () => running?.kill('SIGCONT'),
  }
}

async function startQuery(url: string, env: Record<string, string | undefined>, log: string): Promise<Child> {
  const child = startChild({ name: 'query', command: process.execPath, args: [path.join(ROOT, 'services/query/src/main.ts')], env, log })
  await waitUntil(child, async () => void (await fetch(`${url}/health/live`)), { limitMs: START_LIMIT_MS })
  return child
}

/** A client of the database cannot make it: the engine refuses to enter what is not there. */
async function createDatabase(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: 'CREATE DATABASE IF NOT EXISTS city' })
  if (!response.ok) throw new Error(`the store refuses to make the database: ${await response.text()}`)
}

import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { type ClickHouse, startClickHouse } from '@commonstream/embedded'
import { type App, build, createQueryStore, createServices } from '@commonstream/query'
import { createLog, createStore, createTelemetry } from '@commonstream/runtime'
import type { City } from '@commonstream/schemas'
import { freePort } from './ports.ts'
import { createTables } from './seed.ts'

export const TOKENS = { operations: 'operations-for-tests', steward: 'steward-for-tests-1', device: 'device-for-tests-1' } as const

/** The query service over a real store, asked without a socket. */
export interface QueryUnderTest {
  readonly app: App
  readonly client: ClickHouseClient
  store: ClickHouse
  /** The city's present, epoch ms; tests move it. */
  now: number
  /** GET as a role. */
  get(address: string, role?: keyof typeof TOKENS, headers?: Record<string, string>): Promise<Answer>
  /** Starts the store again after it was stopped. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly json: unknown
}

/** Starts a store with the tables of a city, and the service over it. */
export async function startQuery(
  city: City,
  o: { now: number; services?: Record<string, string>; ratePerMinute?: number },
): Promise<QueryUnderTest> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'city-query-'))
  const port = await freePort()
  const store = await startClickHouse({ dir, port })
  const client = createStore({ url: store.url, user: 'default', password: '' })
  const maker = createClient({ url: store.url }) // the database is not there yet
  await createTables(maker, city)
  await maker.close()
  const telemetry = createTelemetry('query')
  const queryStore = createQueryStore(client, telemetry)
  const clock = { now: () => under.now, real: Date.now, speed: 1, replayOf: null }
  const services = createServices({ addresses: o.services ?? {}, store: queryStore, storeUrl: store.url, clock })
  const app = await build({
    ...{ city, store: queryStore, clock, tokens: TOKENS, telemetry, log: createLog('query', 'silent'), services },
    ...{ ratePerMinute: o.ratePerMinute ?? 100_000, page: null, holdMs: 0 },
  })
  const under: QueryUnderTest = {
    ...{ app, client, store, now: o.now },
    get: (address, role, headers) => get(app, address, role, headers),
    async restart() {
      under.store = await startClickHouse({ dir, port })
    },
    async stop() {
      await app.close()
      await client.close()
      await under.store.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return under
}

async function get(app: App, address: string, role?: keyof typeof TOKENS, headers: Record<string, string> = {}): Promise<Answer> {
  const authorization = role === undefined ? {} : { authorization: `Bearer ${TOKENS[role]}` }
  const response = await app.inject({ method: 'GET', url: address, headers: { ...headers, ...authorization } })
  const isJson = String(response.headers['content-type']).includes('json')
  return { status: response.statusCode, headers: response.headers, text: response.body, json: isJson ? response.json<unknown>() : null }
}

import type { ClickHouseClient } from '@clickhouse/client'
import type { Telemetry } from '@commonstream/runtime'
import pLimit from 'p-limit'
import type { Question } from '../questions/question.ts'
import { Flights } from './flights.ts'
import { busyStore, problemOfStore } from './store-fault.ts'
import { whileThere } from './while-there.ts'

/** What the routes know of ClickHouse. */
export interface Store {
  /** The rows of an answer. @throws Problem 503 when the store is away, 500 when it refuses the question */
  ask<Row>(question: Question<Row>): Promise<Row[]>
  /** Writes rows into a table. @throws Problem as `ask` */
  insert(table: string, rows: readonly object[]): Promise<void>
  /** Null if the store answers, else its fault. */
  fault(): Promise<unknown>
  close(): Promise<void>
}

/** Questions at once; more wait here, where they cost nothing. */
const AT_ONCE = 6
/** Questions that may wait; beyond, they are refused at once. */
const MOST_WAITING = 500
/** Seconds after which the store gives a question up. */
const LONGEST_SECONDS = 30
/** How long the store may take to say that it is there. */
const PING_LIMIT_MS = 2_000

/** The store behind a ClickHouse client. */
export function createQueryStore(client: ClickHouseClient, telemetry: Pick<Telemetry, 'meter'>): Store {
  const limit = pLimit(AT_ONCE)
  const flights = new Flights()
  const fault = () => flights.run('ping', () => faultOf(client))
  const seconds = telemetry.meter.createHistogram('city_query_store_seconds', {
    description: 'Time of questions to ClickHouse, waiting included',
  })
  return {
    async ask(question) {
      if (limit.pendingCount >= MOST_WAITING) throw busyStore()
      const begun = performance.now()
      try {
        return await whileThere(fault, (signal) => limit(() => answer(client, question, signal)))
      } catch (error) {
        throw problemOfStore(error)
      } finally {
        seconds.record((performance.now() - begun) / 1_000, { question: question.name })
      }
    },
    async insert(table, rows) {
      try {
        await client.insert({ table, values: [...rows], format: 'JSONEachRow' })
      } catch (error) {
        throw problemOfStore(error)
      }
    },
    fault,
    close: () => client.close(),
  }
}

async function faultOf(client: ClickHouseClient): Promise<unknown> {
  const patience = AbortSignal.timeout(PING_LIMIT_MS)
  const result = await client.ping({ select: false, abort_signal: patience })
  if (result.success) return null
  return patience.aborted ? new Error(`no answer in ${PING_LIMIT_MS / 1_000} s`) : result.error
}

async function answer<Row>(client: ClickHouseClient, { sql, params, read }: Question<Row>, signal: AbortSignal): Promise<Row[]> {
  const result = await client.query({
    abort_signal: signal,
    query: sql,
    query_params: { ...params },
    format: 'JSONCompactEachRow',
    clickhouse_settings: { max_execution_time: LONGEST_SECONDS },
  })
  const rows = await result.json<unknown[]>()
  return rows.map(read)
}

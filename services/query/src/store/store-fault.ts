import { ClickHouseError } from '@clickhouse/client'
import { reasonOf } from '@commonstream/runtime'
import { Problem } from '../problem.ts'

/** Codes of ClickHouse that pass by themselves: too many queries, no memory, timeout, tables or database not made yet. */
const PASSING = new Map([
  ['60', 'its tables are not there yet (make apply)'],
  ['81', 'its database is not there yet (make apply)'],
  ['159', 'the question took too long; ask for less'],
  ['202', 'it has too much to do'],
  ['209', 'it does not answer in time'],
  ['241', 'the question needs too much memory; ask for less'],
])

/** Seconds after which trying again makes sense. */
const RETRY_AFTER = '5'

/** What a fault of the store means to who asked. Its own text stays in the log: it may hold the question. */
export function problemOfStore(error: unknown): Problem {
  const headers = { 'retry-after': RETRY_AFTER }
  if (!(error instanceof ClickHouseError)) {
    return new Problem('store-away', 'The store (ClickHouse) does not answer; what it holds is safe and comes back with it', {
      headers,
      cause: error,
    })
  }
  const reason = PASSING.get(error.code)
  if (reason === undefined) return new Problem('internal', 'The store refused a question of this service', { cause: error })
  return new Problem('store-away', `The store (ClickHouse) cannot answer now: ${reason}`, { headers, cause: error })
}

/** Too many questions wait for the store already. */
export function busyStore(): Problem {
  return new Problem('store-away', 'The store (ClickHouse) has too much to do', { headers: { 'retry-after': RETRY_AFTER } })
}

/** Why the store cannot be reached, in one line for operators. */
export function awayReason(url: string, error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return `ClickHouse does not answer at ${url}: ${typeof code === 'string' && code !== '' ? code : reasonOf(error)}`
}

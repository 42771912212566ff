import type { Stream } from '@commonstream/schemas'
import { loadMinutes } from '../support/log-load.ts'
import type { TestStack } from '../support/stack.ts'
import { loadOf, type WorkerJob } from './worker-log.ts'

/**
 * Compares what the worker wrote with the job itself: a fast worker that is wrong is no worker.
 * @throws Error with both sides where an event is lost, counted twice or late
 */
export async function checkResult(stack: TestStack, stream: Stream, job: WorkerJob, records: number): Promise<void> {
  const sum = { direction_1: 0, direction_2: 0 }
  // A repetition is the same object again.
  const seen = new Set<object>()
  for (const { events } of loadMinutes(loadOf(stream, job))) {
    for (const event of events) {
      if (seen.size < seen.add(event).size) {
        sum.direction_1 += event.values[0]
        sum.direction_2 += event.values[1]
      }
    }
  }
  const distinct = job.sensors.length * job.minutes
  const expected = { stored: distinct, duplicates: records - distinct, late: 0, counted: distinct, ...sum }
  const found = { ...(await ledger(stack, stream)), ...(await partials(stack, stream)) }
  const wrong = Object.entries(expected).filter(([name, figure]) => figure !== Number(found[name as keyof typeof found]))
  if (wrong.length > 0) throw new Error(`${stream.name} is wrong: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`)
}

async function ledger(stack: TestStack, stream: Stream): Promise<Record<string, number>> {
  return row(
    stack,
    'SELECT sum(stored) AS stored, sum(duplicates) AS duplicates, sum(late) AS late FROM city.ledger FINAL WHERE stream = {stream:String}',
    stream,
  )
}

async function partials(stack: TestStack, stream: Stream): Promise<Record<string, number>> {
  const figures = 'sum(count) AS counted, sum(direction_1_sum) AS direction_1, sum(direction_2_sum) AS direction_2'
  return row(stack, `SELECT ${figures} FROM city.{table:Identifier} FINAL`, stream)
}

async function row(stack: TestStack, query: string, stream: Stream): Promise<Record<string, number>> {
  const query_params = { stream: stream.name, table: `${stream.table}_partials` }
  const [first] = await (await stack.store.query({ query, query_params, format: 'JSONEachRow' })).json<Record<string, number>>()
  return first ?? {}
}

import type { Stream } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import { differences } from './oracle.ts'
import type { SentEvent } from './outage-load.ts'
import type { TestStack } from './stack.ts'

/** What the store says against what was acknowledged to the sensors. */
export interface Comparison {
  /** Acknowledged events that are nowhere in the readings. */
  readonly lost: number
  /** Events counted more than once in the partials. */
  readonly twice: number
  /** Everything that is not as it should be, in words. */
  readonly wrong: readonly string[]
}

/** Compares a stream's readings, partials and accounts with everything that was ever sent to it. */
export async function compareSent(stack: TestStack, stream: Stream, sent: readonly SentEvent[]): Promise<Comparison> {
  const { table, name, properties } = stream
  const columns = properties.map((p) => p.name)
  const readings = await storeRows<Record<string, string | number>>(
    stack,
    `SELECT sensor, toString(event_id) AS id, ${columns.join(', ')} FROM city.${table}_readings FINAL`,
  )
  const line = (sensor: string, values: readonly number[]) => `${sensor} ${values.join(' ')}`
  const want = new Map(sent.map((e) => [e.id, line(e.sensor, e.values)]))
  const have = new Map(
    readings.map((r) => [
      String(r['id']),
      line(
        String(r['sensor']),
        columns.map((c) => Number(r[c])),
      ),
    ]),
  )
  const bySensor = Map.groupBy(sent, (e) => e.sensor)
  const sums = new Map([...bySensor].map(([s, events]) => [s, [events.length, ...columns.map((_, i) => total(events, i))].join(' ')]))
  const merged = await storeRows<Record<string, string | number>>(
    stack,
    `SELECT sensor, sum(count) AS n, ${columns.map((c) => `sum(${c}_sum) AS ${c}`).join(', ')} FROM city.${table}_partials FINAL GROUP BY sensor`,
  )
  const counted = new Map(merged.map((r) => [String(r['sensor']), [r['n'], ...columns.map((c) => r[c])].join(' ')]))
  return {
    lost: [...want.keys()].filter((id) => !have.has(id)).length,
    twice: merged.reduce((n, r) => n + Math.max(0, Number(r['n']) - (bySensor.get(String(r['sensor']))?.length ?? 0)), 0),
    wrong: [
      ...differences(want, have).map((d) => `${name} readings: ${d}`),
      ...differences(sums, counted).map((d) => `${name} partials: ${d}`),
      ...(await wrongAccounts(stack, stream, sent.length)),
    ],
  }
}

/** Refused messages that are not in the steward's list. A refused message that was sent twice may stand there twice. */
export async function missingRefused(stack: TestStack, sha256: readonly string[]): Promise<string[]> {
  const rows = await storeRows<{ sha256: string }>(stack, 'SELECT DISTINCT sha256 FROM city.quarantine')
  const there = new Set(rows.map((r) => r.sha256))
  return sha256.filter((one) => !there.has(one))
}

function total(events: readonly SentEvent[], property: number): number {
  return events.reduce((sum, e) => sum + (e.values[property] as number), 0)
}

/** The accounts and the ledger: every record is stored, a repetition or rejected, and the chunks leave no gap. */
async function wrongAccounts(stack: TestStack, { name }: Stream, events: number): Promise<string[]> {
  const wrong: string[] = []
  const params = { name }
  for (const [table, duplicate] of [
    ['accounting', 'duplicate'],
    ['ledger', 'duplicates'],
  ] as const) {
    const query = `SELECT sum(records) AS records, sum(stored) AS stored, sum(${duplicate}) AS duplicate, sum(rejected) AS rejected FROM city.${table} FINAL WHERE stream = {name:String}`
    const [row] = await storeRows<Record<string, number>>(stack, query, params)
    const { records, stored, duplicate: again, rejected } = row as Record<string, number>
    if (stored !== events || rejected !== 0 || records !== events + Number(again))
      wrong.push(`${name} ${table}: ${JSON.stringify(row)} for ${events} events`)
  }
  const chunks = await storeRows<{ partition: number; chunk: number; last: number }>(
    stack,
    'SELECT partition, chunk, last FROM city.ledger FINAL WHERE stream = {name:String} ORDER BY partition, chunk',
    params,
  )
  const next = new Map<number, number>()
  for (const { partition, chunk, last } of chunks) {
    if (chunk !== (next.get(partition) ?? 0))
      wrong.push(`${name} ledger: partition ${partition} has a chunk at ${chunk} after ${next.get(partition)}`)
    next.set(partition, last + 1)
  }
  return wrong
}

import type { City } from '@commonstream/schemas'
import { healthOf, storeRows } from './ask-stack.ts'
import type { StreamDetails } from './mqtt-bridge.ts'
import type { TestStack } from './stack.ts'

/** What became of a stream's messages, from the first part to the last. */
export interface Account {
  readonly stream: string
  readonly messages: number
  /** Readings that the bridge was given, and those of them that it put into Kafka. */
  readonly readings: number
  readonly events: number
  /** As the worker counted them; `records` are those that it read. */
  readonly records: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly late: number
  readonly clamped: number
  /** The bridge's refusals by reason, as it counted them and as they lie in quarantine. */
  readonly refused: Readonly<Record<string, number>>
  readonly quarantined: Readonly<Record<string, number>>
}

/** The accounts of every stream, each side's figures from that side. */
export async function accountsOf(stack: TestStack, city: City, messages: ReadonlyMap<string, number>): Promise<Account[]> {
  const { details } = await healthOf<{ streams: Record<string, StreamDetails> }>(stack, 'bridge')
  const counted = await storeRows<Record<string, number | string>>(
    stack,
    'SELECT stream, sum(records) AS records, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(rejected) AS rejected, sum(late) AS late, sum(clamped) AS clamped FROM city.accounting FINAL GROUP BY stream',
  )
  const kept = await storeRows<{ stream: string; reason: string; n: number | string }>(
    stack,
    'SELECT stream, reason, count() AS n FROM city.quarantine FINAL GROUP BY stream, reason',
  )
  return city.streams.map(({ name }) => {
    const row = counted.find(({ stream }) => stream === name) ?? {}
    const [records, stored, duplicate, rejected, late, clamped] = ['records', 'stored', 'duplicate', 'rejected', 'late', 'clamped'].map(
      (c) => Number(row[c] ?? 0),
    ) as [number, number, number, number, number, number]
    const bridge = details.streams[name] as StreamDetails
    const quarantined = Object.fromEntries(kept.filter((q) => q.stream === name).map((q) => [q.reason, Number(q.n)]))
    const ours = { readings: bridge.received, events: bridge.stored, refused: bridge.refused, quarantined }
    return { stream: name, messages: messages.get(name) ?? 0, ...ours, records, stored, duplicate, rejected, late, clamped }
  })
}

/** Where the two sides of an account differ, in words. */
export function unbalanced({ stream, readings, events, records, stored, duplicate, rejected, refused, quarantined }: Account): string[] {
  const sum = (reasons: Readonly<Record<string, number>>) => Object.values(reasons).reduce((a, b) => a + b, 0)
  const said = (is: boolean, what: string) => (is ? [] : [`${stream}: ${what}`])
  return [
    ...said(readings === events + sum(refused), `the bridge was given ${readings}, stored ${events} and refused ${sum(refused)}`),
    ...said(events === records, `the bridge stored ${events}, the worker read ${records}`),
    ...said(records === stored + duplicate + rejected, `of ${records} ${stored} are stored, ${duplicate} duplicate, ${rejected} rejected`),
    ...[...new Set([...Object.keys(refused), ...Object.keys(quarantined)])].flatMap((reason) =>
      said(refused[reason] === quarantined[reason], `${reason}: refused ${refused[reason]}, in quarantine ${quarantined[reason]}`),
    ),
  ]
}

/** The accounts as a table for people. */
export function accountsTable(accounts: readonly Account[]): Record<string, Record<string, number>> {
  return Object.fromEntries(
    accounts.map(({ stream, messages, readings, events, stored, duplicate, rejected, late, clamped, refused }) => [
      stream,
      { messages, readings, events, stored, duplicate, rejected, late, clamped, ...refused },
    ]),
  )
}

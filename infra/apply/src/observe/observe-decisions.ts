import type { ClickHouseClient } from '@clickhouse/client'
import { readRecords } from '@commonstream/runtime'
import { DATABASE, DECISIONS_TOPIC, type DecisionRecord, parseDecisionRecord } from '@commonstream/schemas'
import type { Admin, Kafka } from 'kafkajs'

/** The decisions that the topic holds. @param group a consumer group that nobody has used */
export async function decisionsOfTopic(kafka: Kafka, admin: Admin, group: string): Promise<DecisionRecord[]> {
  const records = await readRecords({ kafka, admin, topic: DECISIONS_TOPIC, group })
  return records.flatMap(({ message }) => (message.value === null ? [] : parseDecisionRecord(message.value)))
}

/** The decisions that the table holds. */
export async function decisionsOfTable(store: ClickHouseClient): Promise<DecisionRecord[]> {
  const query = `SELECT stream, number, decision, toString(decided) AS "on", by, reference, toString(review) AS review, reason, scope,
  toUnixTimestamp64Milli(recorded) AS recorded_ms, previous, digest
FROM ${DATABASE}.decisions ORDER BY stream, number`
  const rows = await (await store.query({ query, format: 'JSONEachRow' })).json<Record<string, unknown>>()
  return rows.map(({ scope, recorded_ms, ...row }) =>
    parseDecisionRecord(
      JSON.stringify({ ...row, scope: JSON.parse(String(scope)) as unknown, recorded: new Date(Number(recorded_ms)).toISOString() }),
    ),
  )
}

/** A record as a row of the table. */
export function decisionRow({ on, scope, recorded, ...record }: DecisionRecord): Record<string, unknown> {
  const at = recorded.replace('T', ' ').replace('Z', '')
  return { ...record, decided: on, scope: JSON.stringify(scope), recorded: at }
}

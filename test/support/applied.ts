import { execFile } from 'node:child_process'
import path from 'node:path'
import type { Clients } from '@commonstream/apply'
import { readRecords } from '@commonstream/runtime'
import { DECISIONS_TOPIC, eventsTopic, type FoldDocument, groupOf, parseFoldDocument } from '@commonstream/schemas'
import type { Admin } from 'kafkajs'
import { expect } from 'vitest'

/** What `apply` left in Kafka and in the store. */
export interface Applied {
  /** The fold documents in each partition of a stream's log, in order. */
  documentsOf(stream: string): Promise<FoldDocument[][]>
  committed(stream: string): Promise<string[]>
  /** The decisions about a stream, as Kafka and as the store hold them: number and kind. */
  recordedDecisions(stream: string): Promise<{ topic: string[]; table: string[] }>
}

export function appliedOf({ kafka, store }: Clients, admin: Admin): Applied {
  let groups = 0
  const recordsOf = (topic: string) => readRecords({ kafka, admin, topic, group: `test-${++groups}` })
  return {
    async documentsOf(stream) {
      const partitions: FoldDocument[][] = []
      for (const { partition, message } of await recordsOf(eventsTopic(stream))) {
        expect(String(message.headers?.['kind'])).toBe('fold')
        expect(message.key).toBeNull()
        ;(partitions[partition] ??= []).push(parseFoldDocument(message.value!))
      }
      return partitions
    },
    async committed(stream) {
      const [topic] = await admin.fetchOffsets({ groupId: groupOf(stream), topics: [eventsTopic(stream)] })
      return topic!.partitions.map((p) => p.offset)
    },
    async recordedDecisions(stream) {
      const values = (await recordsOf(DECISIONS_TOPIC)).map(
        ({ message }) => JSON.parse(message.value!.toString()) as Record<'stream' | 'number' | 'decision', string>,
      )
      const query =
        "SELECT concat(toString(number), ' ', decision) AS line FROM city.decisions WHERE stream = {stream:String} ORDER BY number"
      const rows = await (await store.query({ query, query_params: { stream }, format: 'JSONEachRow' })).json<{ line: string }>()
      return {
        topic: values.filter((v) => v.stream === stream).map((v) => `${v.number} ${v.decision}`),
        table: rows.map((r) => r.line),
      }
    },
  }
}

/** Runs `make apply`'s program. */
export function runApply(
  at: { schemas: string; brokers: string; store: string },
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const main = path.join(import.meta.dirname, '..', '..', 'infra', 'apply', 'src', 'main.ts')
  const env = { PATH: process.env['PATH'], CITY_SCHEMAS: at.schemas, CITY_KAFKA: at.brokers, CITY_CLICKHOUSE_URL: at.store }
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

import { randomUUID } from 'node:crypto'
import { type City, topicsOf } from '@commonstream/schemas'
import type { Clients } from './clients.ts'
import { observeKafka } from './observe/observe-kafka.ts'
import { observeStore } from './observe/observe-store.ts'
import { type PlanOptions, planSteps } from './plan/plan-steps.ts'
import type { Plan } from './plan/step.ts'

/** Looks at Kafka and ClickHouse and says what must change so that they are as the contracts say. Changes nothing. */
export async function plan(city: City, { kafka, store }: Clients, options: PlanOptions): Promise<Plan> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const wanted = { topics: topicsOf(city).map((t) => t.name), streams: city.streams.map((s) => s.name) }
    const { decisionRecords, ...log } = await observeKafka(kafka, admin, wanted, () => `city-apply-${randomUUID()}`)
    const { decisionRows, ...tables } = await observeStore(store)
    return planSteps(city, { ...log, ...tables, decisions: { topic: decisionRecords, table: decisionRows } }, options)
  } finally {
    await admin.disconnect()
  }
}

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
    const state = await observeKafka(kafka, admin, wanted, () => `city-apply-${randomUUID()}`)
    return planSteps(city, { ...state, ...(await observeStore(store)) }, options)
  } finally {
    await admin.disconnect()
  }
}

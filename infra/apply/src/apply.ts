import { CityError } from '@commonstream/runtime'
import { Partitioners } from 'kafkajs'
import type { Clients } from './clients.ts'
import type { Plan, Step } from './plan/step.ts'
import { runStep } from './run/run-step.ts'

/**
 * Does a plan's steps in order. May be interrupted at any point: the next plan holds what is left. Run one at a time:
 * two at once could append a marker twice, which readers of the log take for one.
 * @param done told after each step
 * @throws CityError `APPLY_REFUSED` where the plan has a refusal; then nothing is done
 */
export async function apply(plan: Plan, clients: Clients, done: (step: Step) => void = () => undefined): Promise<void> {
  if (plan.refusals.length > 0)
    throw new CityError('APPLY_REFUSED', `Nothing was changed:\n${plan.refusals.map((r) => `  ${r}`).join('\n')}`)
  if (plan.steps.length === 0) return
  const admin = clients.kafka.admin()
  // Idempotent: a send that kafkajs repeats after a lost answer must not leave two markers.
  const producer = clients.kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  await admin.connect()
  try {
    await producer.connect()
    for (const step of plan.steps) {
      await runStep(step, { ...clients, admin, producer })
      done(step)
    }
  } finally {
    await producer.disconnect()
    await admin.disconnect()
  }
}

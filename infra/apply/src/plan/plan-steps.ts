import { type City, eventsTopic, topicsOf } from '@commonstream/schemas'
import type { Observed } from '../observe/observed.ts'
import { planDecisions } from './plan-decisions.ts'
import { planDocument } from './plan-document.ts'
import { planSensors } from './plan-sensors.ts'
import { planTables } from './plan-tables.ts'
import { planTopic } from './plan-topics.ts'
import type { Plan } from './step.ts'

export interface PlanOptions {
  readonly ttl: boolean
  /** Replicas of a topic. */
  readonly replication: number
  /** The machine's time, epoch ms. */
  readonly now: number
}

/** What must change so that topics, tables and logs are as the contracts say. Pure: the same state gives the same plan. */
export function planSteps(city: City, observed: Observed, options: PlanOptions): Plan {
  const specs = topicsOf(city)
  const logs = new Set(city.streams.map((s) => eventsTopic(s.name)))
  const { replication, now } = options
  const parts = [
    ...specs.filter((t) => !logs.has(t.name)).map((spec) => planTopic(spec, replication, observed.topics.get(spec.name))),
    planTables(city, observed, options),
    ...city.streams.map((stream) => planDecisions(stream, observed, now)),
    {
      steps: city.streams.flatMap((s) => planSensors(s, observed.sensors, dayOf(now, s.time.zone))),
      refusals: [],
      notes: [],
    },
    ...city.streams.map((stream) =>
      planDocument({
        stream,
        spec: specs.find((t) => t.name === eventsTopic(stream.name))!,
        replication,
        observed,
        now,
        replay: !options.ttl,
      }),
    ),
  ]
  const notes = [...parts.flatMap((p) => p.notes), ...orphans(city, observed)]
  return { steps: parts.flatMap((p) => p.steps), refusals: parts.flatMap((p) => p.refusals), notes }
}

function dayOf(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** Streams that were decided about and have no contract any more. */
function orphans(city: City, { decisions }: Observed): string[] {
  const decided = new Set([...decisions.topic, ...decisions.table].map((record) => record.stream))
  const gone = [...decided].filter((name) => !city.streams.some((s) => s.name === name)).sort()
  return gone.map((name) => `${name} was decided about and has no contract any more; its topics, tables and decisions stay`)
}

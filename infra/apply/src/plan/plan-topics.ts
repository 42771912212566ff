import type { TopicSpec } from '@commonstream/schemas'
import type { ObservedTopic } from '../observe/observed.ts'
import type { Plan, Step } from './step.ts'

/**
 * What a topic lacks. Settings that somebody made by hand are kept: Kafka's alterConfigs replaces all of a topic's
 * settings, so they are sent again with ours.
 */
export function planTopic(spec: TopicSpec, replication: number, found: ObservedTopic | undefined): Plan {
  const topic = { ...spec, config: { ...spec.config, ...durability(replication) } }
  if (found === undefined) return { steps: [{ do: 'create topic', topic, replication }], refusals: [], notes: [] }
  const refusals = found.partitions === topic.partitions ? [] : [partitionsRefused(topic, found)]
  const notes =
    found.replication === replication
      ? []
      : [`${topic.name} has replication ${found.replication}, wanted is ${replication}; move its partitions with Kafka's own tools`]
  const changes = Object.entries(topic.config).filter(([name, value]) => found.config[name] !== value)
  const steps: Step[] =
    changes.length === 0
      ? []
      : [
          {
            do: 'set config',
            topic: topic.name,
            config: { ...found.config, ...topic.config },
            changes: changes.map(([name, value]) => `${name}=${value} (was ${found.config[name] ?? 'the default'})`),
          },
        ]
  return { steps, refusals, notes }
}

/** One replica may be away without stopping the city, where there is more than one. */
function durability(replication: number): Record<string, string> {
  return { 'min.insync.replicas': String(Math.max(1, replication - 1)) }
}

function partitionsRefused(topic: TopicSpec, found: ObservedTopic): string {
  return (
    `${topic.name} has ${found.partitions} partitions, the contract says ${topic.partitions}. ` +
    'Sensors would move to other partitions in the middle of their windows; set the contract back, or start a new topic generation and rebuild.'
  )
}

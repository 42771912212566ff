import { setTimeout as sleep } from 'node:timers/promises'
import { CityError, reasonOf } from '@commonstream/runtime'
import type { TopicSpec } from '@commonstream/schemas'
import type { Admin } from 'kafkajs'

const READY_LIMIT_MS = 30_000

/**
 * Creates a topic and waits until every partition has a leader. (kafkajs' own wait can fail although the topic was
 * created: the broker that it asks may not know it yet.)
 * @throws CityError `TOPIC_REFUSED` with the broker's reason
 */
export async function createTopic(admin: Admin, topic: TopicSpec, replication: number): Promise<void> {
  const configEntries = Object.entries(topic.config).map(([name, value]) => ({ name, value }))
  try {
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: topic.name, numPartitions: topic.partitions, replicationFactor: replication, configEntries }],
    })
  } catch (error) {
    // An aggregate error says nothing itself; the broker's reasons are in its list.
    const { errors = [error] } = error as { errors?: unknown[] }
    const reasons = errors.map(reasonOf)
    throw new CityError('TOPIC_REFUSED', `Kafka refused the topic ${topic.name}: ${reasons.join('; ')}`, { cause: error })
  }
  const end = Date.now() + READY_LIMIT_MS
  while (!(await hasLeaders(admin, topic))) {
    if (Date.now() > end)
      throw new CityError('TOPIC_NOT_READY', `${topic.name} has no leader for every partition after ${READY_LIMIT_MS / 1000} s`, {
        sort: 'world',
      })
    await sleep(50)
  }
}

/** What a broker answers that has not heard of a topic yet, or of its leaders. */
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'])

async function hasLeaders(admin: Admin, topic: TopicSpec): Promise<boolean> {
  const names = await admin.listTopics()
  if (!names.includes(topic.name)) return false
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] })
    const partitions = topics[0]?.partitions ?? []
    return partitions.length === topic.partitions && partitions.every((p) => p.leader >= 0)
  } catch (error) {
    // Of several brokers another one may have answered before.
    if (NOT_YET.has(String((error as { type?: unknown }).type))) return false
    throw error
  }
}

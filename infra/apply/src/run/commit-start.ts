import { CityError } from '@commonstream/runtime'
import type { Admin, Kafka } from 'kafkajs'

/**
 * Commits offset 0 for partitions of a group that has none: the worker begins only where a commit says so.
 * (kafkajs' own setOffsets waits five seconds for a fetch that it does not need.)
 * @throws CityError `GROUP_BUSY` where a worker is running
 */
export async function commitStart(
  { kafka, admin }: { kafka: Kafka; admin: Admin },
  { group, topic, partitions }: { group: string; topic: string; partitions: readonly number[] },
): Promise<void> {
  const { groups } = await admin.describeGroups([group])
  if (groups.some((g) => g.members.length > 0))
    throw new CityError('GROUP_BUSY', `A worker of the group ${group} is running: stop it, then run apply again`)
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 })
  const { promise: joined, resolve, reject } = Promise.withResolvers<void>()
  consumer.on(consumer.events.GROUP_JOIN, () => resolve())
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) reject(payload.error)
  })
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined })
    consumer.pause([{ topic }])
    await joined
    await consumer.commitOffsets(partitions.map((partition) => ({ topic, partition, offset: '0' })))
  } finally {
    await consumer.disconnect()
  }
}

import { CityError, retry } from '@commonstream/runtime'
import { eventsTopic, QUARANTINE_TOPIC, type Stream } from '@commonstream/schemas'
import type { Admin } from 'kafkajs'

/** The topics that a bridge writes to, with the partitions that the contracts give them. */
export function writtenTopics(streams: readonly Stream[]): ReadonlyMap<string, number> {
  return new Map([...streams.map((s) => [eventsTopic(s.name), s.partitions] as const), [QUARANTINE_TOPIC, 1]])
}

/**
 * Compares the broker's partition counts with the contracts': a sensor's partition depends on the count, so a bridge
 * that disagreed would spread one sensor over two. Waits, visibly, for topics that are not there yet.
 * @throws CityError `PARTITIONS_DIFFER`; `KAFKA_AWAY` when topics or broker stay away
 */
export async function checkTopics(
  admin: Pick<Admin, 'fetchTopicMetadata'>,
  wanted: ReadonlyMap<string, number>,
  onRetry: (error: unknown) => void,
): Promise<void> {
  const { topics } = await retry(() => admin.fetchTopicMetadata({ topics: [...wanted.keys()] }), {
    tries: 30,
    minMs: 200,
    maxMs: 2_000,
    onRetry,
  }).catch((cause: unknown) => {
    throw new CityError(
      'KAFKA_AWAY',
      `Kafka does not describe the topics ${[...wanted.keys()].join(', ')}; has \`make apply\` created them?`,
      { sort: 'world', cause },
    )
  })
  const wrong = topics
    .filter((t) => t.partitions.length !== wanted.get(t.name))
    .map((t) => `${t.name} has ${t.partitions.length} partitions, its contract says ${wanted.get(t.name)}`)
  if (wrong.length > 0)
    throw new CityError('PARTITIONS_DIFFER', `${wrong.join('; ')}: a change of partitions is a new generation of the topic`)
}

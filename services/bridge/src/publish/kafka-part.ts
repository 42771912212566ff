import { type Log, type Part, type PartBoard, reasonOf, retry, type Stop } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import type { Kafka, Producer } from 'kafkajs'
import { checkTopics, writtenTopics } from './check-topics.ts'
import type { Publisher } from './publisher.ts'

const CONNECTING = { tries: 30, minMs: 100, maxMs: 2_000 } as const

/** Connects to Kafka, makes sure that the topics are what the contracts say, and disconnects at the end. */
export function kafkaPart(o: {
  kafka: Kafka
  producer: Producer
  publisher: Publisher
  streams: readonly Stream[]
  board: PartBoard
  log: Log
}): Part {
  return {
    name: 'kafka',
    async start(): Promise<Stop> {
      const admin = o.kafka.admin({ retry: { retries: 2 } })
      await admin.connect()
      try {
        await checkTopics(admin, writtenTopics(o.streams), (error) => {
          o.board.set('kafka', 'waiting', reasonOf(error))
          o.log.warn({ reason: reasonOf(error) }, 'Kafka does not describe the topics yet')
        })
      } finally {
        await admin.disconnect()
      }
      // The producer's client has no patience of its own: with a broker away it asks the next one only when tried again.
      await retry(() => o.producer.connect(), {
        ...CONNECTING,
        onRetry: (error) => o.log.warn({ reason: reasonOf(error) }, 'not connected to Kafka yet; trying the next broker'),
      })
      o.board.set('kafka', 'ready')
      return async () => {
        o.publisher.abandon()
        await o.producer.disconnect()
      }
    },
  }
}

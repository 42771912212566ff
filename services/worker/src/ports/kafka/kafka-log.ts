import type { Log } from '@commonstream/runtime'
import kafkajs, { type Kafka } from 'kafkajs'
import type { LogPort } from '../log-port.ts'
import { KafkaMember } from './kafka-member.ts'
import { readRange, readToEnd } from './read-to-end.ts'

/** The log as kafkajs gives it. */
export function kafkaLog(kafka: Kafka, log: Log): LogPort {
  const admin = kafka.admin()
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 4,
    retry: { retries: 10 },
  })
  return {
    async connect() {
      await admin.connect()
      await producer.connect()
    },
    async disconnect() {
      await producer.disconnect()
      await admin.disconnect()
    },
    async append(topic, partition, entries) {
      await producer.send({ topic, acks: -1, messages: entries.map(({ key, value }) => ({ partition, key, value })) })
    },
    async ends(topic) {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
    },
    async committed(groupId, topic, partition) {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return Number(answer?.partitions.find((p) => p.partition === partition)?.offset ?? -1)
    },
    async setCommitted(groupId, topic, partition, offset) {
      await admin.setOffsets({ groupId, topic, partitions: [{ partition, offset: String(offset) }] })
    },
    async offsetAt(topic, partition, ms) {
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, Math.floor(ms)))
      return Number(found.find((p) => p.partition === partition)?.offset ?? 0)
    },
    member: (options) => new KafkaMember(kafka, options),
    readRange: (topic, partition, from, to, take) => readRange(kafka, { topic, partition, from, to }, take, log),
    readToEnd: (topic, take) => readToEnd(kafka, topic, take, log),
  }
}

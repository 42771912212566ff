import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type EmbeddedKafka, startKafka } from '@commonstream/embedded'
import { createKafka, createLog } from '@commonstream/runtime'
import { type Admin, Kafka as KafkaJS, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'

const TOPIC = 'city.test.events'

let dir: string
let kafka: EmbeddedKafka
let client: KafkaJS
let admin: Admin

const start = async () => startKafka({ dir, port: await freePort(), controllerPort: await freePort() })
const connect = () => createKafka(kafka.brokers, 'test', createLog('test', 'silent'))

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-kafka-'))
  kafka = await start()
  client = connect()
  admin = client.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: 2, configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] }],
    waitForLeaders: false,
  })
})

afterAll(async () => {
  await admin.disconnect()
  await kafka.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** Sends records 0, 1, 2 … to one partition, each acknowledged, until the broker is gone; how many were. */
async function sendUntilGone(from: number): Promise<number> {
  // No patience here: the first send without an answer is the last.
  const impatient = new KafkaJS({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING, requestTimeout: 1_000, retry: { retries: 0 } })
  const producer = impatient.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  let next = from
  setTimeout(() => kafka.child.kill('SIGKILL'), 500)
  for (;;) {
    const messages = [{ partition: 0, key: 'k', value: String(next) }]
    const failed = await producer.send({ topic: TOPIC, acks: -1, messages }).then(
      () => false,
      () => true,
    )
    if (failed) break
    next++
  }
  await producer.disconnect()
  return next - from
}

test('records acknowledged before kill -9 are there after the next start, on other ports', async () => {
  const acknowledged = await sendUntilGone(0)
  await kafka.child.exited
  await admin.disconnect()
  kafka = await start()
  client = connect()
  admin = client.admin()
  await admin.connect()
  const [partition] = (await admin.fetchTopicOffsets(TOPIC)).filter((p) => p.partition === 0)
  // The record under way may have been written without its acknowledgement having arrived.
  expect(acknowledged).toBeGreaterThan(10)
  expect([acknowledged, acknowledged + 1]).toContain(Number(partition?.high))
})

test('the broker stamps records with its own clock and does not make topics by itself', async () => {
  const producer = client.producer({ retry: { retries: 1 } })
  await producer.connect()
  const before = Date.now()
  const [sent] = await producer.send({ topic: TOPIC, acks: -1, messages: [{ partition: 1, value: 'x', timestamp: '1000' }] })
  expect(Number(sent?.logAppendTime)).toBeGreaterThanOrEqual(before)
  await expect(producer.send({ topic: 'city.unknown', messages: [{ value: 'x' }] })).rejects.toThrow()
  expect(await admin.listTopics()).not.toContain('city.unknown')
  await producer.disconnect()
})

test('a group gets its partitions at once', async () => {
  const consumer = client.consumer({ groupId: 'city-test', sessionTimeout: 6_000, heartbeatInterval: 500 })
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  const got = Promise.withResolvers<string>()
  const startedAt = Date.now()
  await consumer.run({ eachMessage: async ({ partition }) => got.resolve(String(partition)) })
  expect(['0', '1']).toContain(await got.promise)
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  await consumer.disconnect()
})

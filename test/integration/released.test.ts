import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type EmbeddedKafka, startKafka } from '@commonstream/embedded'
import { createKafka, createLog, retry } from '@commonstream/runtime'
import { topicCodec } from '@commonstream/schemas'
import { kafkaLog } from '@commonstream/worker/ports/kafka/kafka-log.ts'
import { readReleased, releasedKey } from '@commonstream/worker/resume/released.ts'
import kafkajs, { type Admin, Kafka as KafkaJS, logLevel, type Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'

const TOPIC = 'city.counts.windows'
const QUARTER = 900_000

const avro = JSON.parse(readFileSync(new URL('../../schemas/topics/windows.avsc', import.meta.url), 'utf8')) as { schemaId: number }
const codec = topicCodec({ topics: new Map([['windows', { schemaId: avro.schemaId, avro }]]) }, 'windows')
const log = createLog('test', 'silent')

let dir: string
let broker: EmbeddedKafka
let kafka: KafkaJS
let admin: Admin
let producer: Producer

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-released-'))
  broker = await startKafka({ dir, port: await freePort(), controllerPort: await freePort() })
  kafka = createKafka(broker.brokers, 'test', log)
  admin = kafka.admin()
  producer = kafka.producer()
  await admin.connect()
  await producer.connect()
})

afterAll(async () => {
  await producer.disconnect()
  await admin.disconnect()
  await broker.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** Makes a topic and waits until every partition has a leader that says so. */
async function topic(name: string): Promise<void> {
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 4, configEntries }], waitForLeaders: false })
  await retry(() => admin.fetchTopicOffsets(name), { tries: 50, minMs: 50, maxMs: 200 })
}

function release(sensor: string, start: number, y: number | null, policy = 1) {
  const end = start + QUARTER
  const status = y === null ? 'no_data' : 'ok'
  const values = y === null ? {} : { passing_sum: y }
  const rest = { stream: 'counts', rev: 0, origin: 'closed', bridges: 1, noiseSd: 2.8, count: null }
  return {
    key: `${sensor}|${start}|${QUARTER}`,
    value: codec.encode({ id: `${sensor}|${start}|${QUARTER}|0`, sensor, start, end, status, policy, values, ...rest }),
  }
}

test('all releases of all partitions are read, the first of each atom, without a trace', async () => {
  await topic(TOPIC)
  const sensors = ['a', 'b', 'c']
  for (const [partition, sensor] of sensors.entries()) {
    const messages = Array.from({ length: 2_000 }, (_, i) => ({ partition, ...release(sensor, i * QUARTER, i - 7) }))
    await producer.send({ topic: TOPIC, acks: -1, messages })
  }
  const odd = [release('a', 0, 999), release('', 2_000 * QUARTER, null), release('u', 0, 5, 0)].map((m) => ({ partition: 0, ...m }))
  await producer.send({ topic: TOPIC, acks: -1, messages: odd })

  const released = await readReleased({ kafka: kafkaLog(kafka, log), topic: TOPIC, codec })

  expect(released.size).toBe(3 * 2_000 + 1)
  expect(released.get(releasedKey({ sensor: 'a', start: 0, sizeMs: QUARTER, policy: 1 }))?.values).toEqual({ passing_sum: -7 })
  expect(released.get(releasedKey({ sensor: 'c', start: 1_999 * QUARTER, sizeMs: QUARTER, policy: 1 }))?.values).toEqual({
    passing_sum: 1_992,
  })
  expect(released.get(releasedKey({ sensor: '', start: 2_000 * QUARTER, sizeMs: QUARTER, policy: 1 }))?.status).toBe('no_data')
  expect((await admin.listGroups()).groups.filter((g) => g.groupId.startsWith('city-reader'))).toEqual([])
})

test('releases of windows that are long over can be left out', async () => {
  const released = await readReleased({ kafka: kafkaLog(kafka, log), topic: TOPIC, codec, since: 1_990 * QUARTER })
  expect([...released.values()].every((r) => r.start + r.sizeMs > 1_990 * QUARTER)).toBe(true)
  expect(released.size).toBe(3 * 10 + 1)
})

test('an empty topic, and one whose head was trimmed away', async () => {
  await topic('city.empty.windows')
  expect((await readReleased({ kafka: kafkaLog(kafka, log), topic: 'city.empty.windows', codec })).size).toBe(0)
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      { type: kafkajs.ConfigResourceTypes.TOPIC, name: TOPIC, configEntries: [{ name: 'cleanup.policy', value: 'compact,delete' }] },
    ],
  })
  await admin.deleteTopicRecords({
    topic: TOPIC,
    partitions: [
      { partition: 0, offset: '1500' },
      { partition: 1, offset: '2000' },
    ],
  })
  expect((await readReleased({ kafka: kafkaLog(kafka, log), topic: TOPIC, codec })).size).toBe(500 + 2_000 + 2)
})

test('a record that is no release stops everything: nothing may be released without knowing all', async () => {
  await topic('city.spoilt.windows')
  await producer.send({ topic: 'city.spoilt.windows', acks: -1, messages: [{ partition: 1, key: 'x', value: Buffer.from('garbage') }] })
  await expect(readReleased({ kafka: kafkaLog(kafka, log), topic: 'city.spoilt.windows', codec })).rejects.toMatchObject({
    code: 'RELEASE_UNREADABLE',
    sort: 'ours',
  })
})

test('a topic or broker that is not there is the world’s fault', async () => {
  const impatient = (port: number) =>
    new KafkaJS({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 1, initialRetryTime: 10 } })
  const nobody = await freePort()
  const missing = impatient(Number(broker.brokers.split(':')[1]))
  await expect(readReleased({ kafka: kafkaLog(missing, log), topic: 'city.missing.windows', codec })).rejects.toMatchObject({
    code: 'RELEASES_UNREAD',
    sort: 'world',
  })
  await expect(readReleased({ kafka: kafkaLog(impatient(nobody), log), topic: TOPIC, codec })).rejects.toMatchObject({
    code: 'RELEASES_UNREAD',
    sort: 'world',
  })
})

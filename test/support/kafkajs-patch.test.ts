import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)

// What the patch of kafkajs does (patches/): without it these fail, and a load or a foreign producer can stop a service.

test('messages are grouped per partition in linear time', () => {
  const group = require('kafkajs/src/producer/groupMessagesPerPartition') as (o: object) => Record<number, unknown[]>
  const messages = Array.from({ length: 200_000 }, (_, i) => ({ value: i }))
  const grouped = group({
    topic: 't',
    partitionMetadata: [{}],
    messages,
    partitioner: ({ message }: { message: { value: number } }) => message.value % 2,
  })
  expect(grouped[0]).toHaveLength(100_000)
  expect(grouped[1]?.[0]).toBe(messages[1])
})

test('a batch of very many records is decoded, and times and offsets are as without the patch', () => {
  const Decoder = require('kafkajs/src/protocol/decoder') as new (
    b: Buffer,
  ) => { readVarLongNumber(): number; readVarLong(): { toString(): string } }
  const Encoder = require('kafkajs/src/protocol/encoder') as new () => { writeVarLong(n: number | string): { buffer: Buffer } }
  for (const n of [0, 1, -1, 63, 64, -64, -65, 300, 2 ** 31, -(2 ** 31), 2 ** 45 + 7, -(2 ** 45) - 7]) {
    const { buffer } = new Encoder().writeVarLong(String(n))
    expect(new Decoder(buffer).readVarLongNumber()).toBe(n)
    expect(new Decoder(buffer).readVarLong().toString()).toBe(String(n))
  }
  const source = require('node:fs').readFileSync(require.resolve('kafkajs/src/protocol/requests/fetch/v4/decodeMessages'), 'utf8') as string
  expect(source).not.toContain('push(...recordBatch')
})

test('a member whose re-join failed joins again, instead of reading on for ever outside of its group', async () => {
  interface Runner {
    start(): Promise<void>
    stop(): Promise<void>
  }
  const Runner = require('kafkajs/src/consumer/runner') as new (o: object) => Runner
  const nothing = () => undefined
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, namespace: () => log }
  let [joins, fetches] = [0, 0]
  // The coordinator has forgotten the member, and is still loading its group when it joins again.
  const group = {
    memberId: null as string | null,
    connect: async () => undefined,
    leave: async () => undefined,
    heartbeat: async () => undefined,
    getNodeIds: () => ['1'],
    async joinAndSync() {
      if (++joins === 2) throw new Error('the coordinator is loading')
      group.memberId = `member ${joins}`
    },
    async fetch() {
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (++fetches === 1) throw Object.assign(new Error('unknown member'), { type: 'UNKNOWN_MEMBER_ID' })
      return []
    },
  }
  const options = { logger: log, consumerGroup: group, instrumentationEmitter: { emit: nothing }, concurrency: 1, onCrash: nothing }
  const runner = new Runner({ ...options, heartbeatInterval: 1, retry: { initialRetryTime: 1 } })
  await runner.start()
  await expect.poll(() => group.memberId).toBe('member 3')
  await runner.stop()
})

test('a coordinator that is gone is asked for its successor at the next heartbeat, by commits too', async () => {
  interface Group {
    coordinator: object
    memberId: string
    lastRequest: number
    offsetManager: { coordinator: object }
    heartbeat(o: { interval: number }): Promise<void>
  }
  const Group = require('kafkajs/src/consumer/consumerGroup') as new (o: object) => Group
  const beats: string[] = []
  const broker = (name: string, fault?: string) => ({
    async heartbeat() {
      beats.push(name)
      if (fault !== undefined) throw Object.assign(new Error('connect ECONNREFUSED'), { name: fault })
    },
  })
  const successor = broker('successor')
  for (const fault of ['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError']) {
    const cluster = { findGroupCoordinator: async () => successor }
    const group = new Group({
      cluster,
      groupId: 'g',
      topics: [],
      logger: { namespace: () => ({}) },
      instrumentationEmitter: { emit: () => undefined },
    })
    Object.assign(group, { coordinator: broker('gone', fault), memberId: 'm', lastRequest: 0, offsetManager: { coordinator: {} } })
    await expect(group.heartbeat({ interval: 0 })).rejects.toThrow('ECONNREFUSED')
    expect(group.offsetManager.coordinator).toBe(successor)
    await group.heartbeat({ interval: 0 })
    expect(beats.splice(0)).toEqual(['gone', 'successor'])
  }
})

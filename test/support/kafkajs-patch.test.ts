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

test('a re-join that failed is made good though the member is still one: its coordinator moved and was loading', async () => {
  interface Group {
    memberId: string
    joinOwed: boolean
    joinAndSync(): Promise<void>
  }
  const Group = require('kafkajs/src/consumer/consumerGroup') as new (o: object) => Group
  const nothing = () => undefined
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, namespace: () => log }
  const answers = [Object.assign(new Error('loading'), { type: 'COORDINATOR_LOAD_IN_PROGRESS' }), null]
  const coordinator = {
    async joinGroup() {
      const refusal = answers.shift()
      if (refusal) throw refusal
      return { generationId: 2, leaderId: 'other', memberId: 'm', members: [], groupProtocol: 'p' }
    },
    syncGroup: async () => ({ memberAssignment: Buffer.alloc(0) }),
  }
  const cluster = { findGroupCoordinator: async () => coordinator, findTopicPartitionMetadata: () => [], committedOffsets: () => ({}) }
  const assigners = [{ name: 'p', protocol: () => ({ name: 'p', metadata: Buffer.alloc(0) }) }]
  const group = new Group({
    cluster,
    groupId: 'g',
    topics: [],
    assigners,
    logger: log,
    instrumentationEmitter: { emit: nothing },
    retry: { retries: 0 },
  })
  group.memberId = 'm'
  await expect(group.joinAndSync()).rejects.toThrow('loading')
  expect(group.joinOwed).toBe(true)
  await group.joinAndSync()
  expect(group.joinOwed).toBe(false)
})

test('a runner whose group still owes a join makes it before it fetches', async () => {
  const Runner = require('kafkajs/src/consumer/runner') as new (o: object) => { start(): Promise<void>; stop(): Promise<void> }
  const nothing = () => undefined
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, namespace: () => log }
  const steps: string[] = []
  const group = {
    memberId: 'm',
    joinOwed: false,
    connect: async () => undefined,
    leave: async () => undefined,
    heartbeat: async () => undefined,
    getNodeIds: () => ['1'],
    async joinAndSync() {
      steps.push('join')
      group.joinOwed = steps.length === 3
      if (group.joinOwed) throw Object.assign(new Error('loading'), { type: 'COORDINATOR_LOAD_IN_PROGRESS' })
    },
    async fetch() {
      await new Promise((resolve) => setTimeout(resolve, 1))
      steps.push('fetch')
      if (steps.length === 2) throw Object.assign(new Error('moved'), { type: 'NOT_COORDINATOR_FOR_GROUP' })
      return []
    },
  }
  const options = { logger: log, consumerGroup: group, instrumentationEmitter: { emit: nothing }, concurrency: 1, onCrash: nothing }
  const runner = new Runner({ ...options, heartbeatInterval: 1, retry: { initialRetryTime: 1 } })
  await runner.start()
  await expect.poll(() => steps.length).toBeGreaterThan(5)
  await runner.stop()
  expect(steps.slice(0, 5)).toEqual(['join', 'fetch', 'join', 'join', 'fetch'])
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

test('records are written without an allocation per number, read in place, and come back as they were', async () => {
  const Encoder = require('kafkajs/src/protocol/encoder') as (new (
    bytes?: number,
  ) => {
    writeVarLong(n: number): { buffer: Buffer }
    writeVarInt(n: number): { buffer: Buffer }
  }) & { sizeOfVarLong(n: number): number }
  const Decoder = require('kafkajs/src/protocol/decoder') as new (b: Buffer) => { offset: number; readVarInt(): number }
  // Across the edge between the short way and 64-bit arithmetic, and where a small buffer has to grow.
  for (const n of [0, 1, 63, 64, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 2 ** 45]) {
    const { buffer } = new Encoder(1).writeVarLong(n)
    expect(buffer).toEqual(varLong(BigInt(n)))
    expect(Encoder.sizeOfVarLong(n)).toBe(buffer.length)
  }
  for (const n of [0, -1, 1, -(2 ** 31), 2 ** 31 - 1]) expect(new Decoder(new Encoder(1).writeVarInt(n).buffer).readVarInt()).toBe(n)

  const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (o: object) => object
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch(o: object): Promise<{ buffer: Buffer }> }
  const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
    d: object,
  ) => Promise<{ records: { key: Buffer | null; value: Buffer | null; headers: object }[] }>
  const wanted = [
    { key: Buffer.from('a'), value: Buffer.alloc(70_000, 7), headers: {} },
    { key: null, value: null, headers: { kind: Buffer.from('tick'), many: [Buffer.from('1'), Buffer.from('2')] } },
    { key: Buffer.alloc(200, 1), value: Buffer.alloc(0), headers: {} },
  ]
  const records = wanted.map((record, i) => Record({ ...record, offsetDelta: i, timestampDelta: i }))
  const batch = await RecordBatch({ records, firstTimestamp: 1, maxTimestamp: 3, lastOffsetDelta: 2 })
  const read = await decode(new Decoder(batch.buffer))
  expect(read.records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(wanted)
  const source = require('node:fs').readFileSync(require.resolve('kafkajs/src/protocol/encoder'), 'utf8') as string
  expect(source).toContain('isSmall')
})

/** A varlong by its definition: zigzag, then seven bits at a time, the lowest first. */
function varLong(n: bigint): Buffer {
  const bytes: number[] = []
  let rest = n >= 0n ? 2n * n : -2n * n - 1n
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

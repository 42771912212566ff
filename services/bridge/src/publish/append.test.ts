import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { appendWith, isPassing } from './append.ts'
import { appendSkew } from './append-skew.ts'
import { checkTopics } from './check-topics.ts'

test('appendWith asks for all in-sync replicas and gives back the append time of its partition', async () => {
  const asked: unknown[] = []
  const append = appendWith({
    send: (o) => {
      asked.push(o)
      return Promise.resolve([{ topicName: 't', partition: 3, errorCode: 0, baseOffset: '17', logAppendTime: '1700000000000' }])
    },
  })
  expect(await append('t', 3, [{ value: 'x' }])).toEqual({ baseOffset: '17', appendTime: 1_700_000_000_000 })
  expect(asked).toEqual([{ topic: 't', acks: -1, messages: [{ value: 'x' }] }])
})

test("a topic that keeps the clients' times has no append time", async () => {
  const append = appendWith({
    send: () => Promise.resolve([{ topicName: 't', partition: 0, errorCode: 0, baseOffset: '1', logAppendTime: '-1' }]),
  })
  expect((await append('t', 0, [])).appendTime).toBeNull()
})

const { createErrorFromCode } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as {
  createErrorFromCode: (code: number) => Error
}
const error = (name: string, more: object) => Object.assign(new Error('x', 'cause' in more ? { cause: more.cause } : {}), { name }, more)

test('a client without retries says what happened, not that it has no retries left', async () => {
  const cause = new Error('Request Produce timed out')
  const append = appendWith({
    send: () =>
      Promise.reject(Object.assign(new Error('Request Produce timed out', { cause }), { name: 'KafkaJSNumberOfRetriesExceeded' })),
  })
  await expect(append('t', 0, [])).rejects.toBe(cause)
})

test.each([
  [error('KafkaJSNumberOfRetriesExceeded', { retriable: false }), true],
  [error('KafkaJSConnectionError', { retriable: true }), true],
  [error('KafkaJSNonRetriableError', { retriable: false, cause: error('KafkaJSProtocolError', { retriable: false }) }), false],
  [error('KafkaJSProtocolError', { retriable: false }), false],
  [new Error('Kafka did not answer within 10000 ms'), true],
  ['anything', true],
])('isPassing(%s) is %s', (thrown, passing) => {
  expect(isPassing(thrown)).toBe(passing)
})

// The codes of https://kafka.apache.org/protocol (error codes), as the client in use understands them.
test.each([
  ['LEADER_NOT_AVAILABLE', 5, true],
  ['NOT_LEADER_OR_FOLLOWER', 6, true],
  ['REQUEST_TIMED_OUT', 7, true],
  ['NOT_ENOUGH_REPLICAS', 19, true],
  ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 20, true],
  ['MESSAGE_TOO_LARGE', 10, false],
  ['TOPIC_AUTHORIZATION_FAILED', 29, false],
])('Kafka answers %s (%i): it passes is %s', (_, code, passing) => {
  expect(isPassing(createErrorFromCode(code))).toBe(passing)
})

test.each([
  [100, 90, 110, 0],
  [120, 90, 110, 10],
  [80, 90, 110, -10],
  [90, 90, 110, 0],
])('appendSkew(%i, sent %i, answered %i) is %i', (append, sent, answered, skew) => {
  expect(appendSkew(append, sent, answered)).toBe(skew)
})

test("checkTopics refuses partitions that are not the contract's, all at once", async () => {
  const admin = (counts: Record<string, number>) => ({
    fetchTopicMetadata: () =>
      Promise.resolve({
        topics: Object.entries(counts).map(([name, n]) => ({
          name,
          partitions: Array.from({ length: n }, (_, partitionId) => ({
            partitionErrorCode: 0,
            partitionId,
            leader: 1,
            replicas: [1],
            isr: [1],
          })),
        })),
      }),
  })
  const wanted = new Map([
    ['a', 2],
    ['b', 1],
  ])
  await checkTopics(admin({ a: 2, b: 1 }), wanted, () => undefined)
  await expect(checkTopics(admin({ a: 3, b: 2 }), wanted, () => undefined)).rejects.toThrow(
    /a has 3 partitions, its contract says 2; b has 2/,
  )
})

test('checkTopics waits for a topic that is not there yet and tells each time', async () => {
  let calls = 0
  const told: unknown[] = []
  const admin = {
    fetchTopicMetadata: () =>
      ++calls < 3
        ? Promise.reject(new Error('unknown topic'))
        : Promise.resolve({
            topics: [{ name: 'a', partitions: [{ partitionErrorCode: 0, partitionId: 0, leader: 1, replicas: [1], isr: [1] }] }],
          }),
  }
  await checkTopics(admin, new Map([['a', 1]]), (e) => told.push(e))
  expect(told).toHaveLength(2)
})

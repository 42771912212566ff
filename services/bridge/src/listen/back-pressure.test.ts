import { expect, test } from 'vitest'
import type { RawClient } from '../../../../test/support/mqtt-client.ts'
import { READING, type TestEndpoint, useEndpoints } from '../../../../test/support/mqtt-endpoint.ts'
import { LIMITS } from './limits.ts'
import { soon } from '../../../../test/support/mqtt-soon.ts'

const { start, connect, open } = useEndpoints()

/** PUBLISHes of one topic with packet ids from `first`, as one run of bytes. */
function burst(endpoint: TestEndpoint, client: RawClient, count: number, payload = READING, first = 1): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      client.encode({
        cmd: 'publish',
        topic: endpoint.topic(),
        payload,
        qos: 1,
        messageId: ((first + i - 1) % 65_535) + 1,
        retain: false,
        dup: false,
      }),
    ),
  )
}

const inOrder = (count: number, first = 1) => Array.from({ length: count }, (_, i) => first + i)

test('a connection has at most 1,000 messages unacknowledged; the rest waits and nothing is lost', async () => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const client = await connect(endpoint)
  client.write(burst(endpoint, client, 2_500))
  await soon(() => endpoint.listener.holdings.bytes).toBeGreaterThan(100_000)
  expect(endpoint.counters.streams.get('pedestrian-counts')?.received).toBe(LIMITS.messages)
  expect(endpoint.listener.oldestHeld).not.toBeNull()
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length === 2_500)
  expect(client.acknowledged).toEqual(inOrder(2_500))
  expect(endpoint.events()).toHaveLength(2_500)
  expect([endpoint.listener.holdings.bytes, endpoint.listener.budget.bytes, endpoint.listener.oldestHeld]).toEqual([0, 0, null])
})

test('a connection has at most 256 kB unacknowledged', async () => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const client = await connect(endpoint)
  const large = `{"at":1685887200000,"direction_1":3,"direction_2":4,"note":"${'x'.repeat(20_000)}"}`
  client.write(burst(endpoint, client, 20, large))
  await soon(() => endpoint.listener.oldestHeld).not.toBeNull()
  expect(endpoint.counters.streams.get('pedestrian-counts')?.received).toBe(Math.floor(LIMITS.bytes / (large.length + 40)))
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length === 20)
})

test('a paused client is not timed out, and its PINGREQ is answered though PUBLISHes wait before it', async () => {
  const endpoint = await start({ pace: 5 })
  endpoint.log.acknowledges = false
  const client = await connect(endpoint, { keepalive: 5 })
  client.write(Buffer.concat([burst(endpoint, client, 1_500), client.encode({ cmd: 'pingreq' })]))
  await client.until((c) => c.of('pingresp').length === 1)
  await new Promise((resolve) => setTimeout(resolve, 2_200))
  expect(client.closed).toBe(false)
  client.send({ cmd: 'pingreq' })
  await client.until((c) => c.of('pingresp').length === 2)
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length === 1_500)
  expect(client.of('pingresp')).toHaveLength(2)
})

test('a client that floods a paused endpoint gets signs of life, and everything is acknowledged in the end', async () => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const client = await connect(endpoint, { keepalive: 2 })
  const count = 30_000
  client.write(burst(endpoint, client, count))
  client.send({ cmd: 'pingreq' })
  await client.until((c) => c.of('pingresp').length >= 2, 8_000)
  // What is read and waits is bounded, whatever the client still has to say.
  expect(endpoint.listener.holdings.bytes).toBeLessThan(LIMITS.heldBytes + 70_000)
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length === count, 15_000)
  expect(client.acknowledged).toEqual(inOrder(count))
})

test('a silent client is sent away after one and a half times its keep alive', async () => {
  const endpoint = await start({ pace: 10 })
  const [silent, lively] = [await connect(endpoint, { keepalive: 20, protocolVersion: 5 }), await connect(endpoint, { keepalive: 20 })]
  const pings = setInterval(() => lively.send({ cmd: 'pingreq' }), 200)
  await silent.until((c) => c.closed)
  clearInterval(pings)
  expect(silent.of('disconnect')).toMatchObject([{ reasonCode: 0x8d }])
  expect(lively.closed).toBe(false)
  expect(endpoint.counters.source.timedOut).toBe(1)
})

test('a connection without CONNECT ends after five seconds', async () => {
  const endpoint = await start({ pace: 5 })
  const begun = performance.now()
  const client = await open(endpoint)
  await client.until((c) => c.closed)
  expect(performance.now() - begun).toBeGreaterThan(950)
})

test('a packet that is begun and never finished ends the connection', async () => {
  const endpoint = await start({ pace: 50 })
  const client = await connect(endpoint, { keepalive: 0 })
  client.write(Buffer.from([0x32, 0xff, 0x7f, 0, 9]))
  await client.until((c) => c.closed)
})

test('a client that does not read its answers is cut off, and the endpoint lives on', async () => {
  const endpoint = await start()
  const deaf = await connect(endpoint, { protocolVersion: 5 })
  deaf.socket.pause()
  const subscriptions = Array.from({ length: 4_000 }, () => ({ topic: '#', qos: 0 as const }))
  const subscribe = deaf.encode({ cmd: 'subscribe', messageId: 1, subscriptions })
  for (let i = 0; i < 3_000; i++) deaf.write(subscribe)
  await expect.poll(() => endpoint.listener.details.connections, { timeout: 10_000 }).toBe(0)
  expect(endpoint.counters.source.faulty).toBe(1)
  const client = await connect(endpoint)
  client.publish(endpoint.topic(), READING)
  await client.until((c) => c.acknowledged.length === 1)
})

test('QoS 0 is shed where QoS 1 waits', async () => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const client = await connect(endpoint)
  client.write(burst(endpoint, client, LIMITS.messages))
  for (let i = 0; i < 10; i++) client.publish(endpoint.topic(), READING, { qos: 0 })
  await soon(() => endpoint.counters.source.qos0Shed).toBe(10)
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length === LIMITS.messages)
  expect(endpoint.events()).toHaveLength(LIMITS.messages)
})

test('all connections together hold no more than the common bound, and go on when there is room', async () => {
  const allBytes = 4_000_000
  const endpoint = await start({ allBytes })
  endpoint.log.acknowledges = false
  const clients = await Promise.all(Array.from({ length: 40 }, () => connect(endpoint)))
  const payload = `{"at":1685887200000,"direction_1":3,"direction_2":4,"note":"${'x'.repeat(60_000)}"}`
  for (const client of clients) client.write(burst(endpoint, client, 4, payload))
  await expect.poll(() => endpoint.counters.source.pauses, { timeout: 10_000 }).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(endpoint.listener.budget.bytes).toBeGreaterThan(allBytes)
  expect(endpoint.listener.budget.bytes).toBeLessThan(allBytes + 70_000)
  endpoint.log.acknowledges = true
  for (const client of clients) await client.until((c) => c.acknowledged.length === 4)
  expect([endpoint.listener.budget.bytes, endpoint.listener.holdings.bytes]).toEqual([0, 0])
})

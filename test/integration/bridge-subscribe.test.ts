import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BridgeStack, startBridgeStack } from '../support/mqtt-bridge.ts'
import { type Broker, startBroker } from '../support/mqtt-broker.ts'
import { readEvents } from '../support/mqtt-kafka-log.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { soon } from '../support/mqtt-soon.ts'

let dir: string
let broker: Broker
let stack: BridgeStack
let bins: string[]
const topicOf = (n: number) => `city/bin-levels/${bins[n]}`
const reading = (seq: number) => JSON.stringify({ at: new Date().toISOString(), fullness: 2, seq })
const eventsOf = async (n: number) => (await readEvents(stack.brokers, stack.city, 'bin-levels')).filter((e) => e.sensor === bins[n])
const detailsOf = async () => (await stack.bridge.health()).body.details

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'bridge-broker-'))
  broker = await startBroker(dir)
  const before = await mqtt.connectAsync(broker.url)
  await before.publishAsync('city/bin-levels/retained-before', reading(0), { qos: 1, retain: true })
  await before.endAsync()
  stack = await startBridgeStack({ env: { CITY_BRIDGE_SOURCE: 'subscribe', CITY_MQTT_URL: broker.url } })
  bins = stack.city.streams.find((s) => s.name === 'bin-levels')?.sensors.map((s) => s.id) ?? []
})
afterAll(async () => {
  await stack.stop()
  await broker.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('what the broker had retained is state; what is published now is an event, retained or not', async () => {
  await soon(async () => (await detailsOf()).packets['stateDeliveries']).toBe(1)
  const client = await mqtt.connectAsync(broker.url)
  await client.publishAsync(topicOf(0), reading(1), { qos: 1, retain: true })
  await client.publishAsync(topicOf(0), reading(2), { qos: 1 })
  await client.publishAsync(topicOf(0), reading(3), { qos: 0 })
  await expect.poll(async () => (await eventsOf(0)).length, { timeout: 10_000 }).toBe(3)
  expect(await detailsOf()).toMatchObject({ packets: { stateDeliveries: 1, qos0: 1 }, streams: { 'bin-levels': { refused: {} } } })
  await client.publishAsync(topicOf(0), '', { qos: 1, retain: true })
  await client.endAsync()
})

test('a bridge killed while messages flow: the broker delivers again what was not acknowledged, nothing is missing', async () => {
  const client = await mqtt.connectAsync(broker.url)
  const count = 3_000
  const published = (async () => {
    for (let seq = 0; seq < count; seq++) {
      void client.publish(topicOf(1), reading(seq), { qos: 1 })
      if (seq % 20 === 0) await sleep(10)
    }
  })()
  for (let round = 0; round < 2; round++) {
    await sleep(400)
    await stack.bridge.crash()
    await stack.restartBridge()
  }
  await published
  const ids = async () => new Set((await eventsOf(1)).map((e) => e.event_id.toString('hex'))).size
  await expect.poll(ids, { timeout: 20_000, interval: 500 }).toBe(count)
  await client.endAsync()
  expect((await detailsOf()).packets['sessionsLost']).toBe(0)
})

test('with the broker away the bridge says so, and goes on when it is back', async () => {
  await broker.stop()
  await soon(async () => (await stack.bridge.health()).status).toBe(503)
  expect((await stack.bridge.health()).body.parts.find((p) => p.name === 'subscribe')).toMatchObject({
    state: 'waiting',
    reason: expect.stringMatching(/broker is away|ECONNREFUSED/),
  })
  await broker.start()
  await expect.poll(async () => (await stack.bridge.health()).status, { timeout: 20_000 }).toBe(200)
  const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5 })
  await client.publishAsync(topicOf(2), reading(1), { qos: 1 })
  await expect.poll(async () => (await eventsOf(2)).length, { timeout: 10_000 }).toBe(1)
  await client.endAsync()
})

import { setTimeout as sleep } from 'node:timers/promises'
import { createKafka, createLog } from '@commonstream/runtime'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BridgeStack, startBridgeStack } from '../support/mqtt-bridge.ts'
import { readEvents, readTicks } from '../support/mqtt-kafka-log.ts'
import { memoryOf } from '../support/process.ts'

const SPEED = 60
const MINUTE = 60_000

let stack: BridgeStack
let sensors: string[]
let origin: number
let start: number
beforeAll(async () => {
  // A replay at sixty times the pace: catchUp, two minutes of the city, takes two seconds.
  origin = Date.now()
  start = Date.parse('2023-06-05T00:00:00Z')
  stack = await startBridgeStack({ env: { CITY_CLOCK: `${new Date(start).toISOString()}@${SPEED}`, CITY_CLOCK_ORIGIN: String(origin) } })
  sensors = stack.city.streams.find((s) => s.name === 'pedestrian-counts')?.sensors.map((s) => s.id) ?? []
})
afterAll(() => stack.stop())

const cityNow = () => start + (Date.now() - origin) * SPEED

/** Publishes until it is acknowledged, as a sensor does: MQTT.js gives some messages back when a connection breaks. */
async function untilAcknowledged(client: MqttClient, topic: string, payload: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const refusal = await client.publishAsync(topic, payload, { qos: 1 }).then(
      () => null,
      (error: unknown) => error,
    )
    if (refusal === null) return
    await sleep(100)
  }
  throw new Error(`never acknowledged: ${payload}`)
}

/** Clients that publish until told to stop, each for its own sensor; they remember what was acknowledged. */
async function fleet(own: readonly string[], everyMs: number) {
  const acknowledged = new Set<string>()
  let sent = 0
  let closed = 0
  const ending = new AbortController()
  const clients: MqttClient[] = []
  const open = new Set<Promise<void>>()
  const loops = own.map(async (sensor, i) => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stack.bridge.mqttPort}`, {
      clientId: `fleet-${sensor}`,
      clean: false,
      reconnectPeriod: 100,
      keepalive: 2,
      protocolVersion: i % 2 === 0 ? 4 : 5,
    })
    client.on('close', () => void closed++)
    clients.push(client)
    for (let seq = 0; !ending.signal.aborted; seq++) {
      const name = `${sensor}/${seq}`
      const payload = JSON.stringify({ at: cityNow(), direction_1: seq, direction_2: i, seq, boot: 'b' })
      sent++
      const one = untilAcknowledged(client, `city/pedestrian-counts/${sensor}`, payload).then(() => {
        acknowledged.add(name)
        open.delete(one)
      })
      open.add(one)
      await sleep(everyMs)
    }
  })
  return {
    acknowledged,
    get sent() {
      return sent
    },
    get closed() {
      return closed
    },
    /** Stops, waits until everything is acknowledged, and hangs up. */
    async end() {
      ending.abort()
      await Promise.all(loops)
      await Promise.all(open)
      await Promise.all(clients.map((c) => c.endAsync()))
    },
  }
}

/** Events of the log by sensor and sequence, with how often each is there, and whether an id stands for one of them. */
async function logged(own: readonly string[]): Promise<{ times: Map<string, number>; ids: number }> {
  const times = new Map<string, number>()
  const ids = new Set<string>()
  for (const event of await readEvents(stack.brokers, stack.city, 'pedestrian-counts')) {
    if (!own.includes(event.sensor)) continue
    const name = `${event.sensor}/${event['direction_1'] as number}`
    times.set(name, (times.get(name) ?? 0) + 1)
    ids.add(event.event_id.toString('hex'))
  }
  return { times, ids: ids.size }
}

/** Real times (epoch ms) of a partition's ticks, from their append times. */
const tickTimes = async () => (await readTicks(stack.brokers, 'pedestrian-counts')).filter((t) => t.partition === 0)

test('Kafka away for five seconds: connections stay, nothing is acknowledged that is not there, nothing is lost', async () => {
  const own = sensors.slice(0, 20)
  const devices = await fleet(own, 25)
  await sleep(1_500)
  const memory = memoryOf(stack.bridge.pid).now
  await stack.stopKafka()
  const gone = Date.now()
  await expect.poll(async () => (await stack.bridge.health()).status, { timeout: 5_000 }).toBe(503)
  const { body } = await stack.bridge.health()
  expect(body.parts.find((p) => p.name === 'kafka')).toMatchObject({ state: 'waiting', reason: expect.stringMatching(/./) })
  await sleep(5_000 - (Date.now() - gone))
  const before = devices.acknowledged.size
  await sleep(300)
  expect(devices.acknowledged.size).toBe(before)
  await stack.startKafka()
  const back = Date.now()
  await expect.poll(() => devices.acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(before + 200)
  await expect.poll(async () => (await stack.bridge.health()).status, { timeout: 5_000 }).toBe(200)
  await devices.end()
  expect(devices.closed).toBe(20)
  expect(devices.acknowledged.size).toBe(devices.sent)
  const { times, ids } = await logged(own)
  expect([...devices.acknowledged].filter((name) => !times.has(name))).toEqual([])
  expect([times.size, ids]).toEqual([devices.sent, devices.sent])
  expect(memoryOf(stack.bridge.pid).now - memory).toBeLessThan(100_000_000)
  // An outage of Kafka is an interruption: no tick for two minutes of the city after it, then ticks again.
  await sleep(2_500)
  const ticks = await tickTimes()
  const late = ticks.filter((t) => t.appendTime > back)
  expect(late.length).toBeGreaterThan(0)
  const firstFresh = late.find((t) => t.asOf > start + (back - origin) * SPEED)
  expect((firstFresh?.appendTime ?? 0) - back).toBeGreaterThan(2_000)
})

test('a bridge killed again and again: what it acknowledged is there, once by id, and ticks wait for what was held back', async () => {
  const own = sensors.slice(20, 40)
  const devices = await fleet(own, 25)
  await sleep(1_000)
  const first = await tickTimes()
  expect(first.length).toBeGreaterThan(0)
  expect((first[0]?.asOf ?? 0) - start).toBeLessThan((Date.now() - origin) * SPEED)
  let up = 0
  for (let round = 0; round < 2; round++) {
    await stack.bridge.crash()
    const promised = [...devices.acknowledged]
    await sleep(500)
    const { times } = await logged(own)
    expect(promised.filter((name) => !times.has(name))).toEqual([])
    await stack.restartBridge()
    up = Date.now()
    await sleep(1_000)
  }
  expect((await stack.bridge.health()).body.details.streams['pedestrian-counts']?.catchUpUntil).not.toBeNull()
  await sleep(3_000)
  await devices.end()
  expect(devices.acknowledged.size).toBe(devices.sent)
  const { times, ids } = await logged(own)
  expect([times.size, ids]).toEqual([devices.sent, devices.sent])
  const ticks = await tickTimes()
  const after = ticks.filter((t) => t.appendTime > up - 400)
  expect(after.length).toBeGreaterThan(0)
  // Two minutes of the city after the bridge listens again, and no asOf from within them.
  expect((after[0]?.appendTime ?? 0) - up).toBeGreaterThan(1_000)
  expect(after[0]?.asOf ?? 0).toBeGreaterThan(start + (up - origin) * SPEED + MINUTE)
  expect(ticks.every((t, i) => i === 0 || t.asOf >= (ticks[i - 1]?.asOf ?? 0))).toBe(true)
})

test('a bridge whose contracts say other partitions than Kafka has does not start', async () => {
  await stack.bridge.stop()
  const admin = createKafka(stack.brokers, 'test', createLog('test', 'silent')).admin()
  await admin.connect()
  await admin.createPartitions({ topicPartitions: [{ topic: 'city.bin-levels.events', count: 3 }] })
  await admin.disconnect()
  await expect(stack.restartBridge()).rejects.toThrow(/ended with 1[\s\S]*PARTITIONS_DIFFER[\s\S]*has 3 partitions, its contract says 2/)
})

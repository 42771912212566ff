import { createLog, PartBoard, type Stop } from '@commonstream/runtime'
import { afterEach, expect, test } from 'vitest'
import { makeIntake, READING, type TestIntake } from '../../../../test/support/mqtt-endpoint.ts'
import { type ScriptBroker, startScriptBroker } from '../../../../test/support/mqtt-script-broker.ts'
import { Subscriber } from './subscriber.ts'
import { soon } from '../../../../test/support/mqtt-soon.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Setting {
  readonly broker: ScriptBroker
  readonly made: TestIntake
  readonly subscriber: Subscriber
  readonly board: PartBoard
  readonly stop: Stop
}

async function start(o: Parameters<typeof startScriptBroker>[0], listenedBefore = false): Promise<Setting> {
  const broker = await startScriptBroker(o)
  ends.push(() => broker.stop())
  const made = await makeIntake()
  const board = new PartBoard()
  const { streams, intake, publisher, moments, counters } = made
  const subscriber = new Subscriber({
    ...{ streams, intake, publisher, moments, board, listenedBefore },
    url: broker.url,
    version: 5,
    bridge: 'b',
    counters: counters.source,
    log: createLog('test', 'silent'),
  })
  const stop = await subscriber.start()
  let stopping: Promise<void> | undefined
  const stopOnce = () => (stopping ??= stop())
  ends.push(async () => {
    made.log.acknowledges = true
    await stopOnce()
  })
  return { broker, made, subscriber, board, stop: stopOnce }
}

const publish = (
  { broker, made }: Setting,
  connection: number,
  messageId: number,
  more: { sensor?: number; retain?: boolean; dup?: boolean; payload?: string } = {},
) =>
  broker.connections[connection]?.send({
    cmd: 'publish',
    topic: made.topic(more.sensor),
    payload: more.payload ?? READING,
    qos: 1,
    messageId,
    retain: more.retain ?? false,
    dup: more.dup ?? false,
  })
const acknowledged = ({ broker }: Setting, connection: number) =>
  broker.connections[connection]?.received.flatMap((p) => (p.cmd === 'puback' ? [p.messageId] : [])) ?? []

test('the session is persistent, with a fixed id and a receive maximum, and every stream is subscribed with QoS 1', async () => {
  const setting = await start({ sessionPresent: () => false })
  await soon(() => setting.subscriber.listening).toBe(true)
  const [connect, subscribe] = setting.broker.connections[0]?.received ?? []
  expect(connect).toMatchObject({
    cmd: 'connect',
    clientId: 'commonstream-b',
    clean: false,
    properties: { receiveMaximum: 1_000, sessionExpiryInterval: 604_800 },
  })
  expect(subscribe).toMatchObject({
    subscriptions: setting.made.streams.map((s) => ({ topic: s.source.mqtt.replace('{sensor}', '+'), qos: 1, rap: false, rh: 1 })),
  })
  expect(setting.board.reports).toMatchObject([{ name: 'subscribe', state: 'ready' }])
})

test('PUBACKs come after the log, in receive order, many in one write', async () => {
  const setting = await start({ sessionPresent: () => false })
  await soon(() => setting.subscriber.listening).toBe(true)
  setting.made.log.acknowledges = false
  for (let id = 1; id <= 200; id++) publish(setting, 0, id, { sensor: id % 20 })
  await soon(() => setting.made.counters.streams.get('pedestrian-counts')?.received).toBe(200)
  expect(acknowledged(setting, 0)).toEqual([])
  const before = setting.broker.connections[0]?.reads.length ?? 0
  setting.made.log.acknowledges = true
  await soon(() => acknowledged(setting, 0).length).toBe(200)
  expect(acknowledged(setting, 0)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  expect((setting.broker.connections[0]?.reads.length ?? 0) - before).toBeLessThan(20)
})

test('what came by a connection that is gone is never acknowledged on a newer one', async () => {
  const setting = await start({ sessionPresent: (n) => n > 0 })
  await soon(() => setting.subscriber.listening).toBe(true)
  setting.made.log.acknowledges = false
  publish(setting, 0, 1)
  await soon(() => setting.made.counters.streams.get('pedestrian-counts')?.received).toBe(1)
  setting.broker.connections[0]?.destroy()
  await soon(() => setting.board.reports[0]?.state).toBe('waiting')
  await expect.poll(() => setting.broker.connections.length, { timeout: 5_000 }).toBe(2)
  await soon(() => setting.subscriber.listening).toBe(true)
  setting.made.log.acknowledges = true
  await soon(() => setting.made.events().length).toBe(1)
  // Another message, the same packet id.
  publish(setting, 1, 2)
  await soon(() => acknowledged(setting, 1)).toEqual([2])
  expect(setting.subscriber.budget.bytes).toBe(0)
  expect(setting.made.counters.source.sessionsLost).toBe(0)
})

test('a retained delivery is state: acknowledged in its turn, counted, no event', async () => {
  const setting = await start({ sessionPresent: () => false })
  await soon(() => setting.subscriber.listening).toBe(true)
  publish(setting, 0, 1)
  publish(setting, 0, 2, { retain: true })
  publish(setting, 0, 3)
  await soon(() => acknowledged(setting, 0)).toEqual([1, 2, 3])
  expect(setting.made.events()).toHaveLength(2)
  expect(setting.made.counters.source.stateDeliveries).toBe(1)
})

test('a broker that delivers 10,000 messages again, marked as repetitions or not, gets its PUBACKs and makes no new event ids', {
  timeout: 120_000,
}, async () => {
  const setting = await start({ sessionPresent: (connection) => connection > 0 })
  const messages = 10_000
  const payload = (n: number) => JSON.stringify({ at: 1_685_887_200_000, direction_1: 3, direction_2: 4, seq: n })
  const ids = () => new Set(setting.made.events().map((event) => event.event_id.toString('hex')))
  // The second time by a new connection of the same session.
  for (const [connection, dup] of [0, 1].entries()) {
    await soon(() => setting.broker.connections.length).toBe(connection + 1)
    await soon(() => setting.subscriber.listening).toBe(true)
    for (let n = 0; n < messages; n++) publish(setting, connection, n + 1, { payload: payload(n), dup: dup === 1 && n % 2 === 0 })
    await expect.poll(() => acknowledged(setting, connection).length, { timeout: 50_000, interval: 50 }).toBe(messages)
    expect(ids().size).toBe(messages)
    if (connection === 0) setting.broker.connections[0]?.destroy()
  }
  expect(setting.made.events()).toHaveLength(2 * messages)
  expect(setting.made.counters.source.sessionsLost).toBe(0)
})

test('a message too large to be taken is quarantined and acknowledged', async () => {
  const setting = await start({ sessionPresent: () => false })
  await soon(() => setting.subscriber.listening).toBe(true)
  publish(setting, 0, 1, { payload: 'x'.repeat(300_000) })
  await soon(() => acknowledged(setting, 0)).toEqual([1])
  expect(setting.made.quarantined()).toMatchObject([{ reason: 'too_large', length: 300_000 }])
})

test('a session that the broker has forgotten is counted and told', async () => {
  const setting = await start({ sessionPresent: () => false }, true)
  await soon(() => setting.made.counters.source.sessionsLost).toBe(1)
})

test('a broker that refuses the subscription is not listened to, and the board says why', async () => {
  const setting = await start({ sessionPresent: () => false, granted: 0x87 })
  await soon(() => setting.board.reports[0]?.reason).toMatch(/the broker refuses|authorized/i)
  expect(setting.subscriber.listening).toBe(false)
})

test('a stop answers what the log has and leaves the rest to the broker', async () => {
  const setting = await start({ sessionPresent: () => false })
  await soon(() => setting.subscriber.listening).toBe(true)
  setting.made.log.acknowledges = false
  publish(setting, 0, 1)
  await soon(() => setting.made.counters.streams.get('pedestrian-counts')?.received).toBe(1)
  const stopped = setting.stop()
  publish(setting, 0, 2)
  setting.made.log.acknowledges = true
  await stopped
  expect(acknowledged(setting, 0)).toEqual([1])
  expect(setting.made.events()).toHaveLength(1)
})

import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { READING, useEndpoints } from '../../../../test/support/mqtt-endpoint.ts'
import { byToken } from './authenticate.ts'
import { soon } from '../../../../test/support/mqtt-soon.ts'

const { start, connect } = useEndpoints()

test.each([4, 5] as const)('a reading over version %i is acknowledged after the log has it, and not before', async (protocolVersion) => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const client = await connect(endpoint, { protocolVersion })
  client.publish(endpoint.topic(), READING, { id: 77 })
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(client.acknowledged).toEqual([])
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length > 0)
  expect(client.acknowledged).toEqual([77])
  expect(endpoint.events()).toMatchObject([
    { sensor: endpoint.stream.sensors[0]?.id, at: 1_685_887_200_000, clamped: false, direction_1: 3, direction_2: 4 },
  ])
})

test('while too few replicas are in sync nothing is acknowledged, neither an event nor what was refused; then both are', async () => {
  const endpoint = await start()
  const refusal = () => Object.assign(new Error('fewer in-sync replicas than required'), { type: 'NOT_ENOUGH_REPLICAS', retriable: true })
  endpoint.log.failures.push(...Array.from({ length: 1_000 }, refusal))
  const client = await connect(endpoint)
  client.publish(endpoint.topic(0), READING, { id: 1 })
  client.publish(endpoint.topic(1), 'no reading', { id: 2 })
  await soon(() => endpoint.log.failures.length).toBeLessThan(996)
  expect([client.acknowledged, endpoint.log.records]).toEqual([[], []])
  endpoint.log.failures.length = 0
  await client.until((c) => c.acknowledged.length === 2)
  expect([endpoint.events().length, endpoint.quarantined().length]).toEqual([1, 1])
})

test('PUBACKs come in receive order though partitions answer in any order, many in one write', async () => {
  const endpoint = await start()
  const client = await connect(endpoint)
  client.write(
    Buffer.concat(
      Array.from({ length: 400 }, (_, i) =>
        client.encode({
          cmd: 'publish',
          topic: endpoint.topic(i % 20),
          payload: READING,
          qos: 1,
          messageId: i + 1,
          retain: false,
          dup: false,
        }),
      ),
    ),
  )
  await client.until((c) => c.acknowledged.length === 400)
  expect(client.acknowledged).toEqual(Array.from({ length: 400 }, (_, i) => i + 1))
  expect(client.reads.length).toBeLessThan(40)
})

test('version 5 is told what the endpoint does not do', async () => {
  const client = await connect(await start(), { protocolVersion: 5, clientId: '' })
  expect(client.of('connack')[0]).toMatchObject({
    sessionPresent: false,
    reasonCode: 0,
    properties: {
      receiveMaximum: 1_000,
      sessionExpiryInterval: 0,
      wildcardSubscriptionAvailable: false,
      sharedSubscriptionAvailable: false,
      assignedClientIdentifier: expect.stringMatching(/^auto-/),
    },
  })
})

test('QoS 2 is taken once, with PUBREC after the log, PUBREL and PUBCOMP', async () => {
  const endpoint = await start()
  const client = await connect(endpoint)
  client.publish(endpoint.topic(), READING, { qos: 2, id: 9 })
  await client.until((c) => c.of('pubrec').length === 1)
  client.publish(endpoint.topic(), READING, { qos: 2, id: 9, dup: true })
  await client.until((c) => c.of('pubrec').length === 2)
  client.send({ cmd: 'pubrel', messageId: 9 })
  await client.until((c) => c.of('pubcomp').length === 1)
  expect(endpoint.events()).toHaveLength(1)
  client.publish(endpoint.topic(), READING, { qos: 2, id: 9 })
  await client.until((c) => c.of('pubrec').length === 3)
  expect(endpoint.events()).toHaveLength(2)
})

test.each([4, 5] as const)(
  'a PUBLISH of 10 MB over version %i goes past: quarantined with its hash, acknowledged, nothing held',
  async (protocolVersion) => {
    const endpoint = await start({ streams: (streams) => streams.map((s) => ({ ...s, disclosure: null })) })
    const client = await connect(endpoint, { protocolVersion })
    const payload = Buffer.alloc(10_000_000, 'x')
    client.publish(endpoint.topic(), payload, { id: 3 })
    client.publish(endpoint.topic(), READING, { id: 4 })
    await client.until((c) => c.acknowledged.length === 2)
    expect(client.acknowledged).toEqual([3, 4])
    const sha256 = createHash('sha256').update(payload).digest('hex')
    expect(endpoint.quarantined()).toMatchObject([
      { reason: 'too_large', mqttTopic: endpoint.topic(), length: 10_000_000, sha256, bytes: null, by: 'bridge test' },
    ])
    expect(endpoint.listener.holdings.bytes).toBe(0)
  },
)

test('a client id that connects again takes over', async () => {
  const endpoint = await start()
  const first = await connect(endpoint, { clientId: 'same', protocolVersion: 5 })
  const second = await connect(endpoint, { clientId: 'same', protocolVersion: 5 })
  await first.until((c) => c.closed)
  expect(first.of('disconnect')).toMatchObject([{ reasonCode: 0x8e }])
  second.publish(endpoint.topic(), READING)
  await second.until((c) => c.acknowledged.length === 1)
  expect(endpoint.counters.source.takenOver).toBe(1)
})

test('what Kafka acknowledges after a client has gone is answered to nobody, and a new connection with its id gets nothing', async () => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const first = await connect(endpoint, { clientId: 'gone' })
  first.publish(endpoint.topic(), READING, { id: 1 })
  await soon(() => endpoint.counters.streams.get('pedestrian-counts')?.received).toBe(1)
  first.destroy()
  const second = await connect(endpoint, { clientId: 'gone' })
  endpoint.log.acknowledges = true
  await soon(() => endpoint.events().length).toBe(1)
  second.send({ cmd: 'pingreq' })
  await second.until((c) => c.of('pingresp').length === 1)
  expect(second.acknowledged).toEqual([])
  expect(endpoint.listener.budget.bytes).toBe(0)
})

test('a will is counted, never published; a DISCONNECT withdraws it', async () => {
  const endpoint = await start()
  const will = { topic: endpoint.topic(), payload: Buffer.from(READING), qos: 1 as const, retain: false }
  const rude = await connect(endpoint, { will })
  const polite = await connect(endpoint, { will })
  polite.send({ cmd: 'disconnect' })
  await polite.until((c) => c.closed)
  rude.destroy()
  await soon(() => endpoint.counters.source.wills).toBe(1)
  expect(endpoint.log.records).toEqual([])
})

test('QoS 0 is counted and taken; a retained publish is an event', async () => {
  const endpoint = await start()
  const client = await connect(endpoint)
  client.publish(endpoint.topic(), READING, { qos: 0 })
  client.publish(endpoint.topic(), READING, { id: 1, retain: true })
  await client.until((c) => c.acknowledged.length === 1)
  expect(endpoint.events()).toHaveLength(2)
  expect(endpoint.counters.source).toMatchObject({ qos0: 1, qos0Shed: 0, retained: 1 })
})

test('with tokens a client speaks for itself or for the sensors behind it, and for nobody else', async () => {
  const secret = 'a secret of enough length'
  const password = (user: string) => Buffer.from(createHmac('sha256', secret).update(user).digest('hex'))
  const endpoint = await start({
    authenticate: byToken(secret),
    streams: (streams) => streams.map((s) => ({ ...s, sensors: s.sensors.map((x, i) => ({ ...x, gateway: i < 2 ? 'gw-1' : null })) })),
  })
  const [first, second, third] = endpoint.stream.sensors.map((s) => s.id) as [string, string, string]
  const wrong = await connect(endpoint, { username: first, password: password('somebody else') })
  expect(wrong.of('connack')[0]?.returnCode).toBe(4)
  const none = await connect(endpoint, { protocolVersion: 5 })
  expect(none.of('connack')[0]?.reasonCode).toBe(0x87)
  const gateway = await connect(endpoint, { username: 'gw-1', password: password('gw-1') })
  for (const [i, sensor] of [first, second, third].entries()) gateway.publish(`city/pedestrian-counts/${sensor}`, READING, { id: i + 1 })
  const self = await connect(endpoint, { username: third, password: password(third) })
  self.publish(`city/pedestrian-counts/${third}`, READING, { id: 1 })
  self.publish(`city/pedestrian-counts/${first}`, READING, { id: 2 })
  await gateway.until((c) => c.acknowledged.length === 3)
  await self.until((c) => c.acknowledged.length === 2)
  expect(
    endpoint
      .events()
      .map((e) => e.sensor)
      .sort(),
  ).toEqual([first, second, third].sort())
  expect(endpoint.quarantined().map((q) => [q['reason'], q['sensor']])).toEqual([
    ['not_yours', third],
    ['not_yours', first],
  ])
})

test('a client id belongs to the user who brought it', async () => {
  const secret = 'a secret of enough length'
  const password = (user: string) => Buffer.from(createHmac('sha256', secret).update(user).digest('hex'))
  const endpoint = await start({ authenticate: byToken(secret) })
  const one = await connect(endpoint, { clientId: 'x', username: 'a', password: password('a') })
  await connect(endpoint, { clientId: 'x', username: 'b', password: password('b') })
  one.send({ cmd: 'pingreq' })
  await one.until((c) => c.of('pingresp').length === 1)
})

test('a stop answers what the log has, says goodbye and closes', async () => {
  const endpoint = await start()
  endpoint.log.acknowledges = false
  const client = await connect(endpoint, { protocolVersion: 5 })
  client.publish(endpoint.topic(), READING, { id: 5 })
  await soon(() => endpoint.counters.streams.get('pedestrian-counts')?.received).toBe(1)
  const stopped = endpoint.stop()
  client.publish(endpoint.topic(), READING, { id: 6 })
  endpoint.log.acknowledges = true
  await stopped
  await client.until((c) => c.closed)
  expect(client.acknowledged).toEqual([5])
  expect(client.of('disconnect')).toMatchObject([{ reasonCode: 0x8b }])
  expect(endpoint.events()).toHaveLength(1)
})

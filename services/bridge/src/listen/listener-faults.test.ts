import { expect, test } from 'vitest'
import type { RawClient } from '../../../../test/support/mqtt-client.ts'
import { READING, useEndpoints } from '../../../../test/support/mqtt-endpoint.ts'

const { start, connect, open } = useEndpoints()

test.each([4, 5] as const)('SUBSCRIBE # over version %i is refused and the connection stays', async (protocolVersion) => {
  const endpoint = await start()
  const client = await connect(endpoint, { protocolVersion })
  client.send({
    cmd: 'subscribe',
    messageId: 5,
    subscriptions: [
      { topic: '#', qos: 1 },
      { topic: 'city/+/x', qos: 0 },
    ],
  })
  client.send({ cmd: 'unsubscribe', messageId: 6, unsubscriptions: ['#'] })
  client.send({ cmd: 'pingreq' })
  await client.until((c) => c.of('pingresp').length === 1)
  expect(client.of('suback')).toMatchObject([{ messageId: 5, granted: [0x80, 0x80] }])
  expect(client.of('unsuback')).toMatchObject([{ messageId: 6 }])
  client.publish(endpoint.topic(), READING, { id: 1 })
  await client.until((c) => c.acknowledged.length === 1)
  expect(client.of('publish')).toEqual([])
})

test('any other packet above the limit ends the connection', async () => {
  const client = await connect(await start())
  client.write(Buffer.from([0x82, 0xff, 0xff, 0x7f]))
  await client.until((c) => c.closed)
})

test.each([
  ['a packet before CONNECT', (c: RawClient) => c.send({ cmd: 'pingreq' })],
  ['an oversized first packet', (c: RawClient) => c.write(Buffer.from([0x10, 0xff, 0xff, 0x7f]))],
  ['bytes that are no MQTT', (c: RawClient) => c.write(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))],
  ['a CONNECT with the reserved flag', (c: RawClient) => c.write(Buffer.from([0x10, 13, 0, 4, 77, 81, 84, 84, 4, 3, 0, 60, 0, 1, 97]))],
  [
    'a password without a user',
    (c: RawClient) => c.write(Buffer.from([0x10, 16, 0, 4, 77, 81, 84, 84, 4, 0x42, 0, 60, 0, 1, 97, 0, 1, 97])),
  ],
])('%s ends the connection', async (_, say) => {
  const endpoint = await start()
  const client = await open(endpoint)
  say(client)
  await client.until((c) => c.closed)
  expect(client.of('connack').filter((p) => p.returnCode === 0)).toEqual([])
})

test('a version that we do not speak is told so', async () => {
  const endpoint = await start()
  for (const bytes of [
    [0x10, 15, 0, 6, 77, 81, 73, 115, 100, 112, 3, 2, 0, 60, 0, 1, 97],
    [0x10, 13, 0, 4, 77, 81, 84, 84, 6, 2, 0, 60, 0, 1, 97],
  ]) {
    const client = await open(endpoint)
    client.write(Buffer.from(bytes))
    await client.until((c) => c.closed)
    expect(client.of('connack')).toMatchObject([{ returnCode: 1 }])
  }
})

test.each([
  [
    'a second CONNECT',
    (c: RawClient) => c.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0, clientId: 'again' }),
  ],
  ['a packet that only servers send', (c: RawClient) => c.send({ cmd: 'pingresp' })],
  ['a PUBACK for nothing', (c: RawClient) => c.send({ cmd: 'puback', messageId: 1 })],
  ['a wildcard in a topic', (c: RawClient) => c.write(Buffer.from([0x30, 4, 0, 2, 0x61, 0x23]))],
  ['wrong flags', (c: RawClient) => c.write(Buffer.from([0xc1, 0]))],
  ['a SUBSCRIBE without filters', (c: RawClient) => c.write(Buffer.from([0x82, 2, 0, 1]))],
  ['an UNSUBSCRIBE without filters', (c: RawClient) => c.write(Buffer.from([0xa2, 2, 0, 1]))],
  ['a SUBSCRIBE with packet id 0', (c: RawClient) => c.write(Buffer.from([0x82, 6, 0, 0, 0, 1, 0x23, 0]))],
  ['a PUBREL without an id', (c: RawClient) => c.write(Buffer.from([0x62, 0]))],
])('%s ends an established connection', async (_, say) => {
  const client = await connect(await start())
  say(client)
  await client.until((c) => c.closed)
})

test('a topic alias, which was not offered, ends the connection with its reason', async () => {
  const endpoint = await start()
  const client = await connect(endpoint, { protocolVersion: 5 })
  client.send({
    cmd: 'publish',
    topic: endpoint.topic(),
    payload: READING,
    qos: 1,
    messageId: 1,
    retain: false,
    dup: false,
    properties: { topicAlias: 1 },
  })
  await client.until((c) => c.closed)
  expect(client.of('disconnect')).toMatchObject([{ reasonCode: 0x94 }])
})

test('properties of version 5 are read over', async () => {
  const endpoint = await start()
  const client = await connect(endpoint, { protocolVersion: 5 })
  const properties = { messageExpiryInterval: 60, contentType: 'application/json', userProperties: { a: 'b' } }
  client.send({ cmd: 'publish', topic: endpoint.topic(), payload: READING, qos: 1, messageId: 1, retain: false, dup: false, properties })
  await client.until((c) => c.acknowledged.length === 1)
  expect(endpoint.events()).toHaveLength(1)
})

test('random bytes never bring the endpoint down, before CONNECT or after', async () => {
  const endpoint = await start()
  for (let round = 0; round < 60; round++) {
    const client = round % 2 === 0 ? await open(endpoint) : await connect(endpoint, { protocolVersion: round % 4 === 1 ? 4 : 5 })
    // A fixed sequence (Lehmer), so that a failure can be repeated.
    let x = round + 1
    const bytes = Buffer.from(Array.from({ length: 400 }, () => (x = (x * 48_271) % 2_147_483_647) & 0xff))
    client.write(bytes)
    if (round % 3 === 0) client.socket.end()
  }
  const client = await connect(endpoint)
  client.publish(endpoint.topic(), READING, { id: 1 })
  await client.until((c) => c.acknowledged.length === 1)
})

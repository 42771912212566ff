import { partitionOf } from '@commonstream/runtime'
import { type City, eventCodec, eventsTopic, type Stream } from '@commonstream/schemas'
import type { Producer } from 'kafkajs'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askQuery, healthOf, storeRows } from '../support/ask-stack.ts'
import type { BridgeDetails, StreamDetails } from '../support/mqtt-bridge.ts'
import { RawClient } from '../support/mqtt-client.ts'
import { refusedByBridge, type WatchedQuarantine, watchQuarantine } from '../support/quarantine.ts'
import { useStack } from '../support/stack-hooks.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

// What a city's network really brings, one oddity after the other into one stack that lives in the present.
// Every test ends with a good message of the same sensor: nothing odd stands in its way.

const BINS = 'bin-levels'
const COUNTS = 'pedestrian-counts'
const YEAR_MS = 365 * 86_400_000
const WAIT = { timeout: 20_000, interval: 200 }

const stack = useStack()
let city: City
let producer: Producer
let quarantine: WatchedQuarantine
let client: MqttClient
/** Connections of `client` that ended. */
let closes = 0

beforeAll(async () => {
  city = await twoStreams()
  producer = stack().kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  quarantine = await watchQuarantine(stack(), city)
  client = await mqtt.connectAsync(stack().url('mqtt'), { protocolVersion: 4, reconnectPeriod: 0 })
  client.on('close', () => closes++)
})

afterAll(async () => {
  await client?.endAsync()
  await Promise.all([producer?.disconnect(), quarantine?.stop()])
})

const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream

const bridge = async () => (await healthOf<BridgeDetails>(stack(), 'bridge')).details
const counters = async (stream: string) => (await bridge()).streams[stream] as StreamDetails

type Row = Record<string, unknown>
const ask = async (path: string, role: 'steward' | 'operations') => (await askQuery<{ rows: Row[] }>(stack(), path, role)).rows

/** Resolves when the PUBACK is there. */
async function publish(stream: string, sensor: string, payload: object | string | Buffer): Promise<void> {
  const bytes = Buffer.isBuffer(payload) || typeof payload === 'string' ? payload : JSON.stringify(payload)
  await client.publishAsync(`city/${stream}/${sensor}`, bytes, { qos: 1 })
}

/** What an odd message measured: of the counts in the second direction only, so that the good message's sum is its own. */
const oddFigures = (stream: string) => (stream === BINS ? { fullness: 4 } : { direction_1: 0, direction_2: 4 })

/**
 * A good reading of a sensor, its only one in the first direction, goes through to where operations see it, and no
 * connection was cut meanwhile.
 */
async function goodStillPasses(stream: string, sensor: string): Promise<void> {
  await publish(stream, sensor, { at: Date.now(), ...(stream === BINS ? { fullness: 6 } : { direction_1: 6, direction_2: 0 }) })
  const latest = async () =>
    (await ask(`/v1/streams/${stream}/latest?view=internal`, 'operations')).find((r) => r['sensor'] === sensor)?.['values']
  await expect.poll(latest, WAIT).toMatchObject(stream === BINS ? { fullness: 6 } : { direction_1: 6 })
  expect(closes).toBe(0)
}

/** What the worker rejected of a stream, by its accounts. */
async function rejected(stream: string): Promise<{ records: number; rejected: number; stored: number }> {
  const rows = (await ask(`/v1/accounting?stream=${stream}`, 'steward')).filter((r) => r['sensor'] === 'unknown')
  const sum = (name: string) => rows.reduce((total, r) => total + Number(r[name]), 0)
  return { records: sum('records'), rejected: sum('rejected'), stored: sum('stored') }
}

/** Writes a record straight into the log, past the bridge; gives its place. */
async function append(stream: string, sensor: string, value: Buffer): Promise<{ topic: string; partition: number; offset: number }> {
  const topic = eventsTopic(stream)
  const partition = partitionOf(sensor, streamOf(stream).partitions)
  const [answer] = await producer.send({ topic, acks: -1, messages: [{ key: sensor, value, partition }] })
  return { topic, partition, offset: Number(answer?.baseOffset) }
}

const encoded = (stream: string, sensor: string) =>
  Buffer.from(
    eventCodec(streamOf(stream)).encode({ event_id: Buffer.alloc(16, 7), sensor, at: Date.now(), clamped: false, ...oddFigures(stream) }),
  )

const GARBAGE = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 151 + 128) % 256))

describe.each([
  { stream: BINS, keeps: true, sensors: ['bin-01', 'bin-02', 'bin-03', 'bin-04', 'bin-05', 'bin-06', 'bin-07'] },
  { stream: COUNTS, keeps: false, sensors: ['1', '2', '3', '4', '5', '6', '8'] },
])('$stream', ({ stream, keeps, sensors }) => {
  const [fast, garbled, foreign, cut, known, extra, large] = sensors as [string, string, string, string, string, string, string]

  test('a clock a year ahead: the event is kept, at the time of its arrival, and marked', async () => {
    const before = Date.now()
    await publish(stream, fast, { at: new Date(before + YEAR_MS).toISOString(), ...oddFigures(stream) })
    const after = Date.now()
    expect((await counters(stream)).clamped).toBe(1)
    const query = `SELECT toUnixTimestamp64Milli(at) AS at, clamped FROM city.${streamOf(stream).table}_readings FINAL WHERE sensor = {fast:String}`
    await expect.poll(async () => (await storeRows(stack(), query, { fast })).length, WAIT).toBe(1)
    const [row] = await storeRows<{ at: number; clamped: boolean }>(stack(), query, { fast })
    expect(row?.clamped).toBe(true)
    expect(row?.at).toBeGreaterThanOrEqual(before)
    expect(row?.at).toBeLessThanOrEqual(after)
    const account = async () => (await ask(`/v1/accounting?stream=${stream}`, 'steward')).find((r) => r['sensor'] === fast)
    await expect.poll(account, WAIT).toMatchObject({ records: 1, stored: 1, clamped: 1, rejected: 0 })
    await goodStillPasses(stream, fast)
  })

  test('garbage for a payload: refused by the bridge as undecodable', async () => {
    await publish(stream, garbled, GARBAGE)
    expect((await counters(stream)).refused['undecodable']).toBe(1)
    await quarantine.holds(refusedByBridge(stream, garbled, 'undecodable', GARBAGE, keeps))
    await goodStillPasses(stream, garbled)
  })

  test('a record of an unknown schema: rejected by the worker', async () => {
    const value = encoded(stream, foreign)
    value.writeInt32BE(4_711, 1)
    const before = await rejected(stream)
    const place = await append(stream, foreign, value)
    await quarantine.holds({ ...refusedByBridge(stream, '', 'unknown_schema', value, keeps), by: /^worker /, mqttTopic: null, place })
    await expect.poll(() => rejected(stream), WAIT).toEqual({ records: before.records + 1, rejected: before.rejected + 1, stored: 0 })
    await goodStillPasses(stream, foreign)
  })

  test('corrupt Avro under the right schema id: rejected by the worker', async () => {
    const value = encoded(stream, cut).subarray(0, 20)
    const before = await rejected(stream)
    const place = await append(stream, cut, value)
    await quarantine.holds({ ...refusedByBridge(stream, '', 'corrupt', value, keeps), by: /^worker /, mqttTopic: null, place })
    await expect.poll(() => rejected(stream), WAIT).toEqual({ records: before.records + 1, rejected: before.rejected + 1, stored: 0 })
    await goodStillPasses(stream, cut)
  })

  test('a sensor that is not in the register: refused by the bridge', async () => {
    const payload = Buffer.from(JSON.stringify({ at: Date.now(), ...oddFigures(stream) }))
    await publish(stream, 'nobody-knows-me', payload)
    expect((await counters(stream)).refused['unregistered']).toBe(1)
    await quarantine.holds(refusedByBridge(stream, 'nobody-knows-me', 'unregistered', payload, keeps))
    await goodStillPasses(stream, known)
  })

  test('a field that the contract does not declare: dropped and counted, the rest goes on', async () => {
    await publish(stream, extra, { at: Date.now() - 1_000, ...oddFigures(stream), mood: 'sunny', 'not a name': 1 })
    expect((await counters(stream)).dropped).toEqual({ mood: 1, other: 1 })
    const metrics = await (await fetch(`${stack().url('bridge')}/metrics`)).text()
    expect(metrics).toMatch(new RegExp(`^city_bridge_fields_dropped(_total)?\\{.*stream="${stream}".*field="mood".*\\} 1`, 'm'))
    await goodStillPasses(stream, extra)
    expect(stack().log('worker')).not.toContain('mood')
  })

  test('a message of 10 MB: passes by the bridge, which keeps its length and hash', async () => {
    const payload = Buffer.alloc(10 * 2 ** 20, `{"at":${Date.now()},"note":"much ado"}`)
    await publish(stream, large, payload)
    expect((await counters(stream)).refused['too_large']).toBe(1)
    await quarantine.holds({ ...refusedByBridge(stream, large, 'too_large', payload, keeps), bytes: null })
    await goodStillPasses(stream, large)
  })
})

test('SUBSCRIBE #: refused, and nothing is ever forwarded', async () => {
  const before = (await bridge()).packets['subscriptionsRefused'] as number
  const listener = await RawClient.connect(stack().ports.mqtt)
  listener.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: '#', qos: 1 }] })
  await listener.until((c) => c.of('suback').length > 0)
  expect(listener.of('suback')[0]).toMatchObject({ messageId: 9, granted: [0x80] })
  expect((await bridge()).packets['subscriptionsRefused']).toBe(before + 1)
  await goodStillPasses(BINS, 'bin-20')
  // It is connected still, may publish, and has heard nothing but the answers to what it said itself.
  listener.publish('city/bin-levels/bin-21', JSON.stringify({ at: Date.now(), fullness: 6 }), { id: 10 })
  await listener.until((c) => c.acknowledged.includes(10))
  expect(listener.received.map((p) => p.cmd)).toEqual(['connack', 'suback', 'puback'])
  listener.destroy()
})

test('garbage instead of MQTT: that connection ends, counted, and no other', async () => {
  const before = (await bridge()).packets['faulty'] as number
  const stranger = await RawClient.open(stack().ports.mqtt)
  stranger.write(GARBAGE)
  await stranger.until((c) => c.closed)
  expect((await bridge()).packets['faulty']).toBe(before + 1)
  await goodStillPasses(BINS, 'bin-22')
})

test('nothing else was refused, nothing of the protected stream was kept, and every stream runs', async () => {
  const reasons = ['corrupt', 'too_large', 'undecodable', 'unknown_schema', 'unregistered']
  for (const stream of [BINS, COUNTS]) {
    const of = quarantine.records.filter((q) => q['stream'] === stream)
    expect(of.map((q) => String(q['reason'])).sort()).toEqual(reasons)
    expect((await ask(`/v1/quarantine?stream=${stream}`, 'steward')).map((r) => String(r['reason'])).sort()).toEqual(reasons)
  }
  expect(quarantine.records.filter((q) => q['stream'] === COUNTS && (q['bytes'] !== null || q['sha256'] !== ''))).toEqual([])
  expect((await healthOf(stack(), 'worker')).parts.filter((p) => p.state !== 'ready')).toEqual([])
})

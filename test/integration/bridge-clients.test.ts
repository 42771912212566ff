import { execFile, execFileSync } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { TWO } from '@commonstream/schemas/support/two-streams.ts'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BikeFeed, startBikeFeed } from '../support/bike-feed.ts'
import { type BridgeStack, startBridge, startBridgeStack } from '../support/mqtt-bridge.ts'
import { RawClient } from '../support/mqtt-client.ts'
import { leasePorts } from '../support/ports.ts'
import { readEvents, readLog, readQuarantine, readTicks } from '../support/mqtt-kafka-log.ts'

const run = promisify(execFile)

let stack: BridgeStack
let bins: string[]
let feed: BikeFeed

beforeAll(async () => {
  // Of a failed poll the next one comes after a second, of a good one after the contract's minute.
  feed = await startBikeFeed(['404 Not Found', 6])
  stack = await startBridgeStack({ streams: [...TWO, 'bike-share'], env: { CITY_BRIDGE_POLL_URLS: `bike-share=${feed.url}` } })
  bins = stack.city.streams.find((s) => s.name === 'bin-levels')?.sensors.map((s) => s.id) ?? []
})
afterAll(async () => {
  await stack.stop()
  await feed.stop()
})

const topicOf = (sensor: string | undefined) => `city/bin-levels/${sensor}`
const reading = (more: object = {}) => JSON.stringify({ at: new Date().toISOString(), fullness: 4, ...more })
const eventsOf = async (sensor: string | undefined) =>
  (await readEvents(stack.brokers, stack.city, 'bin-levels')).filter((e) => e.sensor === sensor)

test.each([4, 5] as const)(
  'MQTT.js speaks version %i with every quality of service, and Kafka has what it was told',
  async (protocolVersion) => {
    const sensor = bins[protocolVersion - 4]
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stack.bridge.mqttPort}`, { protocolVersion, reconnectPeriod: 0 })
    for (const qos of [0, 1, 2] as const) await client.publishAsync(topicOf(sensor), reading({ seq: qos }), { qos })
    await client.publishAsync(topicOf(sensor), reading({ seq: 3 }), { qos: 1, retain: true })
    await Promise.all(Array.from({ length: 300 }, (_, i) => client.publishAsync(topicOf(sensor), reading({ seq: 10 + i }), { qos: 1 })))
    await expect(client.subscribeAsync('#', { qos: 1 })).rejects.toThrow()
    expect(client.connected).toBe(true)
    await client.endAsync()
    const events = await eventsOf(sensor)
    expect(events).toHaveLength(304)
    expect(new Set(events.map((e) => e.event_id.toString('hex'))).size).toBe(304)
  },
)

test('mosquitto_pub publishes, in both versions, and each quality of service', async () => {
  const args = (version: string, qos: string, seq: number) => [
    '-h',
    '127.0.0.1',
    '-p',
    String(stack.bridge.mqttPort),
    '-V',
    version,
    '-q',
    qos,
    '-t',
    topicOf(bins[2]),
    '-m',
    reading({ seq }),
  ]
  let seq = 0
  for (const version of ['mqttv311', 'mqttv5']) for (const qos of ['0', '1', '2']) await run('mosquitto_pub', args(version, qos, seq++))
  await expect.poll(async () => (await eventsOf(bins[2])).length, { timeout: 20_000 }).toBe(6)
})

test('mosquitto_sub is told that there is nothing to subscribe to', async () => {
  const { stdout, stderr } = await run('mosquitto_sub', ['-h', '127.0.0.1', '-p', String(stack.bridge.mqttPort), '-t', '#', '-W', '5'])
  expect([stdout, stderr.trim()]).toEqual(['', 'All subscription requests were denied.'])
})

const PAHO = `
import sys, paho.mqtt.client as mqtt
port, version, topic, payload, count = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
client = mqtt.Client(client_id='paho-%d' % version, protocol=version)
client.connect('127.0.0.1', port, keepalive=30)
client.loop_start()
infos = [client.publish(topic, payload.replace('"seq":0', '"seq":%d' % i), qos=1 + i % 2) for i in range(count)]
for info in infos: info.wait_for_publish(20)
print(sum(info.is_published() for info in infos))
client.disconnect()
client.loop_stop()
`

/** Debian's Python has paho; another one may stand before it on PATH. */
const python = ['/usr/bin/python3', 'python3'].find((command) => {
  try {
    execFileSync(command, ['-c', 'import paho.mqtt.client'], { stdio: 'ignore' })
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
})

test.each([4, 5])('paho speaks version %i', async (version) => {
  expect(python, 'Python with paho-mqtt (make debian)').toBeDefined()
  const sensor = bins[version - 1]
  const { stdout } = await run(python as string, [
    '-c',
    PAHO,
    String(stack.bridge.mqttPort),
    String(version),
    topicOf(sensor),
    reading({ seq: 0 }),
    '200',
  ])
  expect(stdout.trim()).toBe('200')
  expect(await eventsOf(sensor)).toHaveLength(200)
})

test('a fast clock, garbage, an unknown sensor, an undeclared field, 10 MB and a slow clock end where the protocol says', async () => {
  const sensor = bins[7] as string
  const client = await RawClient.connect(stack.bridge.mqttPort)
  const now = Date.now()
  const year = 365 * 86_400_000
  const large = Buffer.alloc(10_000_000, 0x20)
  const garbage = Buffer.from([0x00, 0xff, 0xfe, 0x80])
  const messages: [string, string | Buffer][] = [
    [topicOf(sensor), JSON.stringify({ at: now + year, fullness: 2 })],
    [topicOf(sensor), garbage],
    [topicOf('bin-of-nobody'), reading()],
    [topicOf(sensor), reading({ at: now, serialNumber: 'A77', lid: { open: true } })],
    [topicOf(sensor), large],
    [topicOf(sensor), JSON.stringify({ at: now - year, fullness: 2 })],
    ['city/noise/x', reading()],
  ]
  for (const [i, [topic, payload]] of messages.entries()) client.publish(topic, payload, { id: i + 1 })
  await client.until((c) => c.acknowledged.length === messages.length)
  expect(client.acknowledged).toEqual([1, 2, 3, 4, 5, 6, 7])
  client.destroy()
  const events = await eventsOf(sensor)
  expect(events.map((e) => [e.clamped, e['fullness']])).toEqual([
    [true, 2],
    [false, 4],
  ])
  expect(Math.abs((events[0]?.at ?? 0) - now)).toBeLessThan(10_000)
  const quarantined = (await readQuarantine(stack.brokers, stack.city)).slice(-5)
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  expect(quarantined).toMatchObject([
    { stream: 'bin-levels', sensor, reason: 'undecodable', length: 4, sha256: sha256(garbage), bytes: garbage },
    { stream: 'bin-levels', sensor: 'bin-of-nobody', reason: 'unregistered', mqttTopic: topicOf('bin-of-nobody') },
    { stream: 'bin-levels', sensor, reason: 'too_large', length: 10_000_000, sha256: sha256(large), bytes: null },
    { stream: 'bin-levels', sensor, reason: 'too_old' },
    { stream: '', sensor: '', reason: 'no_stream', mqttTopic: 'city/noise/x', bytes: null },
  ])
  const { body } = await stack.bridge.health()
  expect(body.details.streams['bin-levels']).toMatchObject({
    clamped: 1,
    refused: { undecodable: 1, unregistered: 1, too_large: 1, too_old: 1 },
    dropped: { serialNumber: 1, lid: 1 },
  })
  expect(body.details.astray).toMatchObject({ refused: { no_stream: 1 } })
})

test('every partition hears the bridge from its first start on, and time never goes back in it', async () => {
  const ticks = await readTicks(stack.brokers, 'bin-levels')
  const partitions = stack.city.streams.find((s) => s.name === 'bin-levels')?.partitions ?? 0
  for (let partition = 0; partition < partitions; partition++) {
    const said = ticks.filter((t) => t.partition === partition)
    expect(said.length).toBeGreaterThan(0)
    for (const [i, tick] of said.entries()) {
      expect(tick.bridge).toBe('bridge-1')
      expect(Math.abs(tick.appendTime - tick.asOf)).toBeLessThan(5_000)
      if (i > 0) expect(tick.asOf).toBeGreaterThan(said[i - 1]?.asOf ?? 0)
    }
  }
})

test('metrics tell what the health page tells', async () => {
  const text = await (await fetch(`${stack.bridge.healthUrl}/metrics`)).text()
  const stored = /city_bridge_events_stored(?:_total)?\{[^}]*stream="bin-levels"[^}]*\} (\d+)/.exec(text)?.[1]
  const events = (await readLog(stack.brokers, 'city.bin-levels.events')).filter((r) => r.headers['kind'] === undefined)
  expect(Number(stored)).toBe(events.length)
  expect(text).toContain('reason="too_large"')
})

test('what a platform POSTs is in Kafka when it is told so', async () => {
  const url = `http://127.0.0.1:${stack.bridge.pushPort}/v1/streams/bin-levels/readings`
  const body = JSON.stringify([11, 12].map((i) => ({ sensor: bins[i], ...(JSON.parse(reading()) as object) })))
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect([response.status, await response.json()]).toEqual([202, { accepted: 2 }])
  expect([(await eventsOf(bins[11])).length, (await eventsOf(bins[12])).length]).toEqual([1, 1])
})

test('a feed is polled: an error page is no data, what is shown again is no news, ticks say what was heard', async () => {
  const events = async () => (await readEvents(stack.brokers, stack.city, 'bike-share')).map((e) => [e.sensor, e['bikes_available']])
  await expect.poll(events, { timeout: 15_000 }).toEqual([['5', 6]])
  const refused = (await readQuarantine(stack.brokers, stack.city)).filter((q) => q['stream'] === 'bike-share')
  expect(refused.map((q) => [q['reason'], String(q['bytes'])])).toEqual([['undecodable', '404 Not Found']])
  await expect.poll(async () => (await stack.bridge.health()).body.details.polls['bike-share']?.trouble).toBeNull()
  for (const { asOf, appendTime } of await readTicks(stack.brokers, 'bike-share')) expect(asOf).toBeLessThan(appendTime)
})

test('a second bridge of another id, with tokens and one stream, works beside the first', async () => {
  const ports = await leasePorts()
  const dataDir = path.join(stack.dir, 'second')
  mkdirSync(dataDir)
  writeFileSync(path.join(dataDir, 'tokens.json'), JSON.stringify({ device: 'a secret for the devices' }))
  const env = { CITY_BRIDGE_ID: 'bridge-2', CITY_MQTT_AUTH: 'token', CITY_STREAMS: 'bin-levels' }
  const second = await startBridge({ brokers: stack.brokers, dataDir, offset: ports.offset, env })
  const sensor = bins[9] as string
  const password = createHmac('sha256', 'a secret for the devices').update(sensor).digest('hex')
  const url = `mqtt://127.0.0.1:${second.mqttPort}`
  await expect(mqtt.connectAsync(url, { username: sensor, password: 'wrong', reconnectPeriod: 0 })).rejects.toThrow(
    /[Nn]ot authori[sz]ed|[Bb]ad user/,
  )
  const client = await mqtt.connectAsync(url, { username: sensor, password, reconnectPeriod: 0 })
  await client.publishAsync(topicOf(sensor), reading(), { qos: 1 })
  await client.publishAsync(topicOf(bins[10]), reading(), { qos: 1 })
  await client.endAsync()
  expect(await eventsOf(sensor)).toHaveLength(1)
  expect(await eventsOf(bins[10])).toHaveLength(0)
  expect((await readQuarantine(stack.brokers, stack.city)).at(-1)).toMatchObject({
    reason: 'not_yours',
    sensor: bins[10],
    by: 'bridge bridge-2',
  })
  await expect
    .poll(async () => new Set((await readTicks(stack.brokers, 'bin-levels')).map((t) => t.bridge)))
    .toEqual(new Set(['bridge-1', 'bridge-2']))
  expect(new Set((await readTicks(stack.brokers, 'pedestrian-counts')).map((t) => t.bridge))).toEqual(new Set(['bridge-1']))
  expect(await second.stop()).toBe(0)
  await ports.release()
})

test('a stop ends cleanly within ten seconds', async () => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stack.bridge.mqttPort}`, { reconnectPeriod: 0 })
  await client.publishAsync(topicOf(bins[8]), reading(), { qos: 1 })
  const begun = performance.now()
  expect(await stack.bridge.stop()).toBe(0)
  expect(performance.now() - begun).toBeLessThan(10_000)
  await client.endAsync(true)
})

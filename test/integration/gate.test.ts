import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Clients, apply, clientsOf, plan } from '@commonstream/apply'
import { bridgeConfig, bridgeParts } from '@commonstream/bridge'
import { type EmbeddedKafka, startKafka } from '@commonstream/embedded'
import { createLog, PartBoard } from '@commonstream/runtime'
import { type City, DECISIONS_TOPIC, eventsTopic, loadCity, type Stream, windowsTopic } from '@commonstream/schemas'
import { type TempCity, tempCity } from '@commonstream/schemas/support/temp-city.ts'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appliedOf } from '../support/applied.ts'
import { readEvents, readQuarantine } from '../support/mqtt-kafka-log.ts'
import { freePort } from '../support/ports.ts'
import { type QueryUnderTest, startQuery } from '../support/query-service.ts'
import { seedEvents } from '../support/seed.ts'

const ASSESSMENT = 'assessment: { reference: PIA-2018-003, approved: 2018-06-01, by: Privacy Officer, review: 2036-06-01 }'
const FIRST = { decision: 'approved', on: '2018-06-01', by: 'Privacy Officer', reference: 'PIA-2018-003' }

/** Streams as the bins, and what their contracts say of the assessment. */
const STREAMS: Readonly<Record<string, string>> = {
  approved: ASSESSMENT.replace('2036-06-01', '2026-12-31'),
  missing: '',
  expired: ASSESSMENT.replace('2036-06-01', '2026-11-24'),
  withdrawn: ASSESSMENT.replace(' }', ', withdrawn: { on: 2026-11-25, by: City Council, reason: cameras } }'),
  early: ASSESSMENT.replace('2018-06-01', '2027-01-01'),
  'short-lived': ASSESSMENT,
}
/** A moment of the 25th in Melbourne. */
const NOW = Date.parse('2026-11-25T03:00:00Z')
const DAY = 86_400_000

let dir: string
let schemas: TempCity
let city: City
let kafka: EmbeddedKafka
let clients: Clients
let query: QueryUnderTest
let sensors: mqtt.MqttClient
let stopBridge: () => Promise<void>
let now = NOW
const stops: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-gate-'))
  stops.push(async () => rmSync(dir, { recursive: true, force: true }))
  schemas = cityOfStreams()
  stops.push(async () => schemas.end())
  city = await loadCity(schemas.dir)
  city = { ...city, streams: city.streams.map((s) => (s.name === 'short-lived' ? { ...s, retention: SECONDS } : s)) }
  // What is past its time goes within five minutes by default; nobody waits for that here.
  const properties = [
    'log.retention.check.interval.ms=500',
    'log.initial.task.delay.ms=500',
    'log.segment.delete.delay.ms=0',
    'log.cleaner.backoff.ms=500',
  ]
  kafka = await startKafka({ dir: path.join(dir, 'kafka'), port: await freePort(), controllerPort: await freePort(), properties })
  stops.push(() => kafka.stop())
  const health = await freePort()
  query = await startQuery(city, { now: NOW, services: { bridge: `http://127.0.0.1:${health}` } })
  stops.push(() => query.stop())
  clients = clientsOf(
    { brokers: kafka.brokers, store: { url: query.store.url, user: 'default', password: '' } },
    createLog('test', 'silent'),
  )
  stops.push(() => clients.store.close())
  await apply(await planNow(city), clients)
  const mqttPort = await freePort()
  stopBridge = await startBridge({ CITY_MQTT_PORT: String(mqttPort), CITY_BRIDGE_PORT: String(health) })
  stops.push(() => stopBridge())
  sensors = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { protocolVersion: 5, reconnectPeriod: 0 })
  stops.push(async () => sensors.end(true))
})

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

const planNow = (of: City) => plan(of, clients, { ttl: true, replication: 1, now: NOW })

/** Everything of the short-lived stream is kept for so long, ms. */
const SECONDS: Stream['retention'] = { topicMs: 2_000, readingsMs: 2_000, partialsMs: 2_000, windowsMs: 2_000 }

function cityOfStreams(): TempCity {
  const made = tempCity()
  for (const [index, [name, assessment]] of Object.entries(STREAMS).entries()) {
    const folder = `streams/${name}`
    made.copy('streams/bin-levels', folder)
    made.edit(`${folder}/contract.yaml`, 'stream: bin-levels', `stream: ${name}`)
    made.edit(`${folder}/contract.yaml`, 'city/bin-levels', `city/${name}`)
    made.edit(`${folder}/contract.yaml`, ASSESSMENT, assessment)
    made.edit(`${folder}/event.avsc`, '"schemaId": 20', `"schemaId": ${200 + index}`)
    made.edit(`${folder}/sensors.geojson`, '"bin-01"', `"probe-${name}"`)
  }
  return made
}

/** A bridge in this process, on a clock that the test moves. */
async function startBridge(env: Record<string, string>): Promise<() => Promise<void>> {
  const config = bridgeConfig({
    CITY_KAFKA: kafka.brokers,
    CITY_SCHEMAS: schemas.dir,
    CITY_DATA_DIR: dir,
    CITY_LOG_LEVEL: 'silent',
    ...env,
  })
  const clock = { now: () => now, real: Date.now, speed: 1, replayOf: null }
  const board = new PartBoard()
  const fail = (error: unknown) => {
    throw error
  }
  const ends: (() => Promise<void>)[] = []
  for (const part of await bridgeParts({ ...config, clock }, board, createLog('bridge', 'silent'), fail)) ends.push(await part.start())
  return async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
}

async function send(stream: string): Promise<void> {
  const reading = { at: now - 3_600_000, fullness: 4, owner: 'nobody', seq: 1 }
  await sensors.publishAsync(`city/${stream}/probe-${stream}`, JSON.stringify(reading), { qos: 1 })
}
const eventsOf = async (stream: string) => (await readEvents(kafka.brokers, city, stream)).length
const refusedOf = async (stream: string) => (await readQuarantine(kafka.brokers, city)).filter((r) => r['stream'] === stream)
const json = async (address: string, role?: 'steward') => (await query.get(address, role)).json as Record<string, unknown>

test.each([
  ['missing', /no privacy assessment/],
  ['expired', /to be reviewed by 2026-11-24/],
  ['withdrawn', /withdrawn on 2026-11-25 by City Council: cameras/],
  ['early', /in force from 2027-01-01/],
])('a stream whose assessment is %s takes nothing in while its sensors keep sending, and the API says so', async (stream, said) => {
  for (let i = 0; i < 5; i++) await send(stream)
  expect(sensors.connected).toBe(true)
  expect(await eventsOf(stream)).toBe(0)
  const refused = await refusedOf(stream)
  expect(refused).toHaveLength(5)
  for (const record of refused) {
    expect(record).toMatchObject({ reason: 'not_approved', sensor: `probe-${stream}`, bytes: null, sha256: '' })
    expect(record['detail']).toMatch(said)
  }
  const state = stream === 'early' ? 'not_yet' : stream
  const approval = expect.objectContaining({ state, ingested: false, reason: expect.stringMatching(said) })
  expect(await json(`/v1/streams/${stream}`)).toMatchObject({ approval })
  const { streams } = (await json('/v1/status', 'steward')) as { streams: { stream: string }[] }
  expect(streams.find((s) => s.stream === stream)).toMatchObject({
    approval,
    intake: { received: 5, stored: 0, refused: { not_approved: 5 } },
  })
  expect(await json(`/v1/streams/${stream}/decisions`)).toMatchObject({ approval })
})

test('the record tells who decided what and when, and what ran out', async () => {
  const decisions = async (stream: string) => ((await json(`/v1/streams/${stream}/decisions`)) as { decisions: unknown[] }).decisions
  expect(await decisions('missing')).toEqual([])
  const recorded = { recorded: '2026-11-25T03:00:00Z', in_contract: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }
  expect(await decisions('withdrawn')).toMatchObject([
    { ...FIRST, ...recorded, number: 1 },
    { ...recorded, number: 2, decision: 'withdrawn', on: '2026-11-25', by: 'City Council', reason: 'cameras' },
  ])
  expect(await decisions('expired')).toMatchObject([
    { ...FIRST, ...recorded, review: '2026-11-24' },
    { decision: 'expired', on: '2026-11-25', by: null, number: null },
  ])
})

test('decisions are only added: a line that is taken out is noticed, a record that Kafka or the store lost is made good', async () => {
  const admin = clients.kafka.admin()
  await admin.connect()
  stops.push(() => admin.disconnect())
  const { recordedDecisions } = appliedOf(clients, admin)
  const both = { topic: ['1 approved', '2 withdrawn'], table: ['1 approved', '2 withdrawn'] }
  expect(await recordedDecisions('withdrawn')).toEqual(both)
  const taken = city.streams.map((s) => (s.name === 'withdrawn' ? { ...s, decisions: s.decisions.slice(0, 1) } : s))
  const made = await planNow({ ...city, streams: taken })
  expect(made.refusals).toEqual([expect.stringMatching(/withdrawn: decision 2 was recorded on 2026-11-25 .* and is no longer there/)])
  await expect(apply(made, clients)).rejects.toThrow('Nothing was changed')
  for (const lose of [
    () => clients.store.command({ query: 'TRUNCATE TABLE city.decisions' }),
    () => admin.deleteTopicRecords({ topic: DECISIONS_TOPIC, partitions: [{ partition: 0, offset: '-1' }] }),
  ]) {
    await lose()
    await apply(await planNow(city), clients)
    expect(await recordedDecisions('withdrawn')).toEqual(both)
  }
})

test('an approved stream is taken in, without the fields that it does not declare, until the day after its review', async () => {
  await send('approved')
  expect(await eventsOf('approved')).toBe(1)
  expect(await json('/v1/streams/approved')).toMatchObject({ approval: { state: 'review_due', ingested: true } })
  const { streams } = (await json('/v1/status', 'steward')) as { streams: { stream: string }[] }
  expect(streams.find((s) => s.stream === 'approved')).toMatchObject({ intake: { stored: 1, dropped: { owner: 1 } } })
  now = query.now = NOW + 37 * DAY
  await send('approved')
  expect(await eventsOf('approved')).toBe(1)
  expect(await refusedOf('approved')).toMatchObject([{ reason: 'not_approved', bytes: null }])
  expect(await json('/v1/streams/approved')).toMatchObject({ approval: { state: 'expired', ingested: false } })
})

async function recordsIn(topic: string): Promise<number> {
  const admin = clients.kafka.admin()
  await admin.connect()
  try {
    return (await admin.fetchTopicOffsets(topic)).reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
  } finally {
    await admin.disconnect()
  }
}

/** The topics whose files on Kafka's disk hold a text. */
function onDisk(text: string): string[] {
  const root = path.join(dir, 'kafka', 'data')
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.includes('.log'))
  const holding = files.filter(({ parentPath, name }) => readFileSync(path.join(parentPath, name)).includes(text))
  return holding.map(({ parentPath }) => path.basename(parentPath).replace(/-\d+$/, ''))
}

test('data are gone after their time, from Kafka and its disk and from the store', { timeout: 60_000 }, async () => {
  const stream = city.streams.find((s) => s.name === 'short-lived')!
  await send(stream.name)
  expect(onDisk('probe-short-lived')).toEqual([eventsTopic(stream.name)])
  const producer = clients.kafka.producer()
  await producer.connect()
  await producer.send({ topic: windowsTopic(stream.name), messages: [{ key: 'a window of probe-short-lived', value: 'x' }] })
  await producer.disconnect()
  await stopBridge() // its ticks are records too
  const at = Date.now()
  await seedEvents(query.client, stream, [{ sensor: 'probe-short-lived', at, values: { fullness: 4 } }])
  await query.client.insert({
    table: 'city.short_lived_windows',
    values: [{ window: Math.floor(at / 1000), size: 1, sensor: 'probe-short-lived', rev: 1 }],
    format: 'JSONEachRow',
  })
  const rowsOf = async (table: string) => {
    const rows = await query.client.query({ query: `SELECT count() AS n FROM city.short_lived_${table}`, format: 'JSONEachRow' })
    return Number((await rows.json<{ n: string }>())[0]!.n)
  }
  for (const table of ['readings', 'partials', 'windows', 'latest'])
    await expect.poll(() => rowsOf(table), { timeout: 20_000, interval: 200, message: table }).toBe(0)
  for (const topic of [eventsTopic(stream.name), windowsTopic(stream.name)])
    await expect.poll(() => recordsIn(topic), { timeout: 20_000, interval: 300, message: topic }).toBe(0)
  await expect.poll(() => onDisk('probe-short-lived'), { timeout: 20_000, interval: 300 }).toEqual([])
  expect(await eventsOf('approved')).toBe(1)
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Clients, type Plan, type Step, apply, clientsOf, plan } from '@commonstream/apply'
import { type ClickHouse, type EmbeddedKafka, startClickHouse, startKafka } from '@commonstream/embedded'
import { createLog } from '@commonstream/runtime'
import { type City, eventsTopic, foldDocumentOf, loadCity, tablesOf } from '@commonstream/schemas'
import { type TempCity, tempCity } from '@commonstream/schemas/support/temp-city.ts'
import kafkajs, { type Admin } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Applied, appliedOf, runApply } from '../support/applied.ts'
import { freePort } from '../support/ports.ts'

const BIN = 'streams/bin-levels'
const PED = 'streams/pedestrian-counts'
const OPTIONS = { ttl: true, replication: 1 }

let dir: string
let kafka: EmbeddedKafka
let store: ClickHouse
let clients: Clients
let admin: Admin
let schemas: TempCity
let applied: Applied
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-apply-'))
  stops.push(async () => rmSync(dir, { recursive: true, force: true }))
  kafka = await startKafka({ dir: path.join(dir, 'kafka'), port: await freePort(), controllerPort: await freePort() })
  stops.push(() => kafka.stop())
  store = await startClickHouse({ dir: path.join(dir, 'clickhouse'), port: await freePort() })
  stops.push(() => store.stop())
  clients = clientsOf({ brokers: kafka.brokers, store: { url: store.url, user: 'default', password: '' } }, createLog('test', 'silent'))
  stops.push(() => clients.store.close())
  admin = clients.kafka.admin()
  await admin.connect()
  stops.push(() => admin.disconnect())
  applied = appliedOf(clients, admin)
  schemas = tempCity()
  stops.push(async () => schemas.end())
})

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

const planNow = async (city: City, options = OPTIONS): Promise<Plan> => plan(city, clients, { ...options, now: Date.now() })
const rowsOf = async <T>(query: string) => (await clients.store.query({ query, format: 'JSONEachRow' })).json<T>()
const only = (steps: readonly Step[]): Plan => ({ steps, refusals: [], notes: [] })
const program = (...args: string[]) => runApply({ schemas: schemas.dir, brokers: kafka.brokers, store: store.url }, ...args)
const kinds = (made: Plan) => made.steps.map((s) => s.do)

/** A stream of its own: the bins under another name. */
function addStream(name: string, schemaId: number): void {
  schemas.copy(BIN, `streams/${name}`)
  schemas.edit(`streams/${name}/contract.yaml`, 'stream: bin-levels', `stream: ${name}`)
  schemas.edit(`streams/${name}/contract.yaml`, 'city/bin-levels', `city/${name}`)
  schemas.edit(`streams/${name}/event.avsc`, '"schemaId": 20', `"schemaId": ${schemaId}`)
}

test('an empty Kafka and an empty ClickHouse become what the contracts say', async () => {
  const city = await loadCity(schemas.dir)
  await apply(await planNow(city), clients)
  expect(await planNow(city)).toEqual(only([]))

  for (const stream of city.streams) {
    const document = foldDocumentOf(stream, null)
    expect(await applied.documentsOf(stream.name)).toEqual(Array.from({ length: stream.partitions }, () => [document]))
    expect(await applied.committed(stream.name)).toEqual(Array.from({ length: stream.partitions }, () => '0'))
  }
  const tables = await rowsOf<{ table: string; columns: string[] }>(
    "SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = 'city' GROUP BY table",
  )
  for (const { name, columns } of tablesOf(city, { ttl: true }))
    expect(tables.find((t) => t.table === name)?.columns).toEqual(columns.map((c) => c.name))
  expect(await rowsOf('SELECT stream, count() AS sensors FROM city.sensors FINAL GROUP BY stream ORDER BY stream')).toEqual([
    { stream: 'bin-levels', sensors: 31 },
    { stream: 'pedestrian-counts', sensors: 73 },
  ])
})

const FIRST_DECISION = '- { decision: approved, on: 2018-06-01, by: Privacy Officer, reference: PIA-2018-003, review: 2036-06-01 }\n'

test('a run that is interrupted after any step is finished by the next, with one marker per partition', async () => {
  for (let done = 0; done < 5; done++) {
    const name = `stopped-${done}`
    addStream(name, 100 + done)
    const city = await loadCity(schemas.dir)
    const all = await planNow(city)
    const first = all.steps.findIndex((s) => s.do === 'record document' && s.record.stream === name)
    await apply(only(all.steps.slice(0, first + done)), clients)
    await apply(await planNow(city), clients)
    expect(kinds(await planNow(city))).toEqual([])
    expect(await applied.documentsOf(name)).toMatchObject([[{ stream: name, from: null }], [{ stream: name, from: null }]])
    expect(await applied.committed(name)).toEqual(['0', '0'])
  }
})

test('a run that is interrupted between two partitions appends to the second alone', async () => {
  addStream('halfway', 110)
  const city = await loadCity(schemas.dir)
  const { steps } = await planNow(city)
  const marker = steps.findIndex((s) => s.do === 'append marker')
  const half = { ...(steps[marker] as Extract<Step, { do: 'append marker' }>), partitions: [1] }
  await apply(only([...steps.slice(0, marker), half]), clients)
  const rest = await planNow(city)
  expect(rest.steps.find((s) => s.do === 'append marker')).toMatchObject({ partitions: [0] })
  await apply(rest, clients)
  expect((await applied.documentsOf('halfway')).map((d) => d.length)).toEqual([1, 1])
})

test('a changed contract appends one document more, in force later, and is interrupted and repeated without harm', async () => {
  schemas.edit(`${BIN}/contract.yaml`, 'lateness: PT10M', 'lateness: PT30M')
  const city = await loadCity(schemas.dir)
  const before = Date.now()
  const made = await planNow(city)
  expect(kinds(made)).toEqual(['record document', 'append marker', 'close document'])
  await apply(only([made.steps[0]!, { ...(made.steps[1] as Extract<Step, { do: 'append marker' }>), partitions: [0] }]), clients)
  await apply(await planNow(city), clients)
  expect(await planNow(city)).toEqual(only([]))

  const partitions = await applied.documentsOf('bin-levels')
  expect(partitions.map((d) => d.map((x) => x.latenessMs))).toEqual([
    [600_000, 1_800_000],
    [600_000, 1_800_000],
  ])
  const froms = new Set(partitions.map((d) => d[1]!.from!))
  expect(froms.size).toBe(1)
  const [from] = froms
  expect(from! % 3_600_000).toBe(0)
  expect(from!).toBeGreaterThan(before + 300_000 + 60_000)
  expect(from!).toBeLessThanOrEqual(Date.now() + 300_000 + 60_000 + 3_600_000)
  expect(await applied.committed('bin-levels')).toEqual(['0', '0'])
})

test('settings that were changed by hand are set back, others kept', async () => {
  const city = await loadCity(schemas.dir)
  const topic = eventsTopic('bin-levels')
  const configEntries = [
    { name: 'retention.ms', value: '5000' },
    { name: 'compression.type', value: 'zstd' },
  ]
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }] })
  const made = await planNow(city)
  expect(kinds(made)).toEqual(['set config'])
  await apply(made, clients)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  })
  const config = Object.fromEntries(resources[0]!.configEntries.map((e) => [e.configName, e.configValue]))
  expect(config).toMatchObject({
    'retention.ms': '604800000',
    'message.timestamp.type': 'LogAppendTime',
    'compression.type': 'zstd',
    'segment.ms': '50400000',
  })
  expect(await planNow(city)).toEqual(only([]))
})

const WEIGHED = `${FIRST_DECISION}- { decision: changed, on: 2026-01-11, by: Privacy Officer, reason: the weight }\n`

test('a property more is a schema of its own; changed under its id it is refused with its name', async () => {
  const field =
    '{ "name": "weight", "kind": "gauge", "unit": "kg", "resolution": "0.1", "doc": "x", "observedProperty": "urn:x:w", "type": ["null", "double"] }, '
  const before = readFileSync(path.join(schemas.dir, BIN, 'event.avsc'), 'utf8')
  schemas.edit(`${BIN}/event.avsc`, '"fields": [', `"fields": [ ${field}`)
  schemas.edit(`${BIN}/contract.yaml`, 'properties: {', 'properties: { weight: [mean, last],')
  schemas.write(`${BIN}/decisions.yaml`, WEIGHED)
  expect((await planNow(await loadCity(schemas.dir))).refusals).toEqual([
    expect.stringMatching(/bin-levels: schema 20 changed under its id \(weight is new\).* event.20.avsc/),
  ])

  schemas.write(`${BIN}/event.20.avsc`, before)
  schemas.edit(`${BIN}/event.avsc`, '"schemaId": 20', '"schemaId": 21')
  const city = await loadCity(schemas.dir)
  await apply(await planNow(city), clients)
  expect(await planNow(city)).toEqual(only([]))
  const [documents] = await applied.documentsOf('bin-levels')
  expect(documents!.at(-1)).toMatchObject({ properties: [{ name: 'weight' }, { name: 'fullness' }], schemas: [{ id: 20 }, { id: 21 }] })
  expect(
    await rowsOf("SELECT name FROM system.columns WHERE database = 'city' AND table = 'bin_levels_partials' AND name LIKE 'weight%'"),
  ).toHaveLength(5)

  schemas.remove(`${BIN}/event.20.avsc`)
  expect((await planNow(await loadCity(schemas.dir))).refusals).toEqual([expect.stringMatching(/keep that schema as event.20.avsc/)])
  schemas.write(`${BIN}/event.20.avsc`, before)
})

test('a new label is a column more, once it was approved; expiry follows the contract, and is left out in a replay', async () => {
  const field =
    '{ "name": "lid", "kind": "state", "unit": "1", "doc": "x", "observedProperty": "urn:x:lid", "type": ["null", "string"], "pattern": "open|shut" }, '
  schemas.copy(`${BIN}/event.avsc`, `${BIN}/event.21.avsc`)
  schemas.edit(`${BIN}/event.avsc`, '"schemaId": 21', '"schemaId": 22')
  schemas.edit(`${BIN}/event.avsc`, '"fields": [', `"fields": [ ${field}`)
  schemas.edit(`${BIN}/contract.yaml`, 'readings: P1Y', 'readings: P90D')
  expect((await planNow(await loadCity(schemas.dir))).refusals).toEqual([
    expect.stringMatching(/bin-levels goes beyond what Privacy Officer approved on 2026-01-11: the property lid is new\. /),
  ])
  const changed = '- { decision: changed, on: 2026-01-12, by: Privacy Officer, reason: the lid }\n'
  schemas.write(`${BIN}/decisions.yaml`, WEIGHED + changed)
  const city = await loadCity(schemas.dir)
  await apply(await planNow(city), clients)
  expect(await planNow(city)).toEqual(only([]))
  expect(await rowsOf("SELECT table, type FROM system.columns WHERE database = 'city' AND name = 'lid' ORDER BY table")).toEqual([
    { table: 'bin_levels_latest', type: 'Nullable(String)' },
    { table: 'bin_levels_readings', type: 'Nullable(String)' },
  ])
  const engine = await rowsOf<{ engine_full: string }>(
    "SELECT engine_full FROM system.tables WHERE database = 'city' AND name = 'bin_levels_readings'",
  )
  expect(engine[0]?.engine_full).toMatch(/TTL toDateTime\(at\) \+ toIntervalSecond\(7776000\)/)

  const replay = { ...OPTIONS, ttl: false }
  await apply(await planNow(city, replay), clients)
  expect(await planNow(city, replay)).toEqual(only([]))
  expect(await rowsOf("SELECT name FROM system.tables WHERE database = 'city' AND engine_full LIKE '% TTL %'")).toEqual([])
  await apply(await planNow(city), clients)
})

test('the program shows its plan, does it when told to, and refuses a rebuild in plain words', async () => {
  expect(await program()).toEqual({ code: 0, out: 'Topics, tables and markers are as the contracts say.\n', err: '' })

  schemas.edit(`${BIN}/sensors.geojson`, 'Aldi G Point Cook', 'Corner of the market')
  expect((await program()).out).toMatch(
    /^would write 1 row about sensors of bin-levels into city.sensors: bin-01\n1 changes; nothing was done. CONFIRM=1/,
  )
  expect((await program('--confirm')).out).toBe('done: write 1 row about sensors of bin-levels into city.sensors: bin-01\n')
  expect((await program()).out).toMatch(/as the contracts say/)

  schemas.edit(`${PED}/contract.yaml`, 'partitions: 4', 'partitions: 8')
  await clients.store.command({ query: 'ALTER TABLE city.bin_levels_latest MODIFY COLUMN fullness Nullable(Float64)' })
  const refused = await program('--confirm')
  expect(refused.code).toBe(2)
  expect(refused.out).toMatch(/refused: city.pedestrian-counts.events has 4 partitions, the contract says 8/)
  expect(refused.out).toMatch(/refused: city.bin_levels_latest.fullness is Nullable\(Float64\), the contract makes it Nullable\(Int64\)/)
  expect(refused.out).toMatch(/Nothing was changed/)

  schemas.edit(`${PED}/contract.yaml`, 'level: public', 'level: secret')
  const faulty = await program()
  expect([faulty.code, faulty.out]).toEqual([1, ''])
  expect(faulty.err).toMatch(
    /have 1 fault:\n {2}streams\/pedestrian-counts\/contract.yaml:12: "access.level" must be one of public, restricted, closed/,
  )
})

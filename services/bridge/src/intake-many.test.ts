import { existsSync, readFileSync } from 'node:fs'
import { partitionOf } from '@commonstream/runtime'
import type { Property, Sensor, Stream } from '@commonstream/schemas'
import { DEVICES } from '@commonstream/schemas/decode/devices.ts'
import { readEnvelope } from '@commonstream/schemas/decode/lorawan.ts'
import { isValue, Refused } from '@commonstream/schemas/decode/reading.ts'
import type { UplinkData } from '@commonstream/schemas/decode/uplink.ts'
import { readExpectedNames } from '@commonstream/schemas/support/expected-names.ts'
import { expect, test } from 'vitest'
import { NOW, useEndpoints } from '../../../test/support/mqtt-endpoint.ts'

const { start, connect } = useEndpoints()

const GATEWAY = 'gw-1'
const bins = (s: Stream, over: Partial<Stream['source']>, sensors: readonly Sensor[] = s.sensors): Stream =>
  s.name === 'bin-levels' ? { ...s, partitions: 4, sensors, source: { ...s.source, ...over } } : s
const behind = (s: Stream): Sensor[] => s.sensors.map((sensor, i) => ({ ...sensor, gateway: i < 8 ? GATEWAY : 'gw-2' }))

test('a gateway publishes readings of many sensors in one message: each goes to the lane of its sensor, PUBACK after all', async () => {
  const endpoint = await start({ streams: (all) => all.map((s) => bins(s, {}, behind(s))) })
  const client = await connect(endpoint)
  const ids = endpoint.streams.find((s) => s.name === 'bin-levels')?.sensors.map((s) => s.id) as string[]
  endpoint.log.acknowledges = false
  const readings = [...ids.slice(0, 9), 'nobody'].map((sensor, i) => ({ sensor, at: NOW - i * 1_000, fullness: 4 }))
  client.publish(`city/bin-levels/${GATEWAY}`, JSON.stringify(readings), { id: 1 })
  client.send({ cmd: 'pingreq' })
  await client.until((c) => c.of('pingresp').length === 1)
  expect(client.acknowledged).toEqual([])
  endpoint.log.acknowledges = true
  await client.until((c) => c.acknowledged.length === 1)
  const events = endpoint.events()
  expect(events.map((e) => e.sensor).sort()).toEqual(ids.slice(0, 8).sort())
  for (const { partition, record } of endpoint.log.records.filter((r) => r.topic.endsWith('.events')))
    expect(partition).toBe(partitionOf(record.key as Buffer, 4))
  expect(new Set(endpoint.log.records.map((r) => r.partition)).size).toBeGreaterThan(1)
  expect(endpoint.quarantined().map((q) => [q['sensor'], q['reason'], q['detail'], JSON.parse(String(q['bytes']))['fullness']])).toEqual([
    [ids[8], 'not_yours', 'reading 9: the sender is neither the sensor nor its gateway', 4],
    ['nobody', 'unregistered', 'reading 10: the sensor is not in the register', 4],
  ])
  expect(endpoint.counters.of('bin-levels').received).toBe(10)
})

test('on a topic of a whole stream a sender speaks for the sensors that are its own', async () => {
  const streams = (all: readonly Stream[]) => all.map((s) => bins(s, { mqtt: 'feed/bins' }, behind(s)))
  const endpoint = await start({ streams, authenticate: (user) => ({ user: user ?? null }) })
  const ids = endpoint.streams.find((s) => s.name === 'bin-levels')?.sensors.map((s) => s.id) as string[]
  const payload = JSON.stringify([ids[0], ids[8]].map((sensor) => ({ sensor, at: NOW, fullness: 4 })))
  for (const [i, username] of [GATEWAY, ids[8] as string, 'stranger'].entries()) {
    const client = await connect(endpoint, { username, clientId: `c-${i}` })
    client.publish('feed/bins', payload, { id: 1 })
    await client.until((c) => c.acknowledged.length === 1)
  }
  expect(endpoint.events().map((e) => e.sensor)).toEqual([ids[0], ids[8]])
  expect(endpoint.quarantined().map((q) => q['reason'])).toEqual(Array.from({ length: 4 }, () => 'not_yours'))
})

const FIXTURES = new URL('../../../../shared/data/lorawan-fixtures/fixtures.jsonl', import.meta.url)

interface Fixture {
  readonly source: string
  readonly vendor: string
  readonly device: string
  readonly payload: object
  readonly expected: Expected | readonly Expected[]
}
interface Expected {
  readonly deviceType: string
  readonly telemetry: unknown
}

const fixtures = existsSync(FIXTURES)
  ? readFileSync(FIXTURES, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fixture)
  : []

/** One sensor per kind of device. The fixtures' EUIs are shared by many kinds, so each kind gets a name of its own. */
const kinds = [...new Set(fixtures.map((f) => `${f.vendor}/${f.device}`))]
const euiOf = (kind: string) => `70b3d5000000${kinds.indexOf(kind).toString(16).padStart(4, '0')}`
const EUI_NAMES = new Set(['devEui', 'devEUI', 'dev_eui', 'DevEUI', 'EUI', 'device_id'])

function renamed(payload: unknown, eui: string): unknown {
  if (Array.isArray(payload)) return payload.map((item) => renamed(item, eui))
  if (typeof payload !== 'object' || payload === null) return payload
  return Object.fromEntries(Object.entries(payload).map(([k, v]) => [k, EUI_NAMES.has(k) && typeof v === 'string' ? eui : renamed(v, eui)]))
}

/** Several gateways heard it: the network server's copy is of another moment. */
const copyOf = (payload: object) => JSON.parse(JSON.stringify(payload).replace(/(T\d{2}:\d{2}:\d)\d/g, '$19')) as object

const table = readExpectedNames()
const ofNetwork = new Set([
  ...table.dropped.flatMap(({ names }) => names),
  ...Object.entries(table.names).flatMap(([name, rule]) => (JSON.stringify(rule).includes('envelope.') ? [name] : [])),
])

/** How many instants the device itself speaks of, by what the fixture expects: those with more than the network's words. */
function instants({ expected }: Fixture): number {
  const own = [expected].flat().filter((e) => e.deviceType !== 'Lora gateway')
  const entries = own.flatMap(({ telemetry }) => [telemetry].flat() as { ts?: unknown; values?: object }[])
  const told = entries.filter(({ values = {} }) => Object.keys(values).some((name) => !ofNetwork.has(name)))
  return Math.max(1, new Set(told.map(({ ts }) => String(ts))).size)
}

/** Every name that a device of the fixtures measures, with an Avro type for its values. */
function typesOfValues(): ReadonlyMap<string, string> {
  const types = new Map<string, string>()
  for (const { vendor, device, payload } of fixtures) {
    const envelope = readEnvelope(Buffer.from(JSON.stringify(payload)))
    if (envelope instanceof Refused) throw new Error(envelope.detail)
    const result = DEVICES.get(table.devices[`${vendor}/${device}`]?.decoder as string)?.decodeUplink(envelope)
    const data: UplinkData = result !== undefined && 'data' in result ? result.data : {}
    for (const one of [data, ...(data.history ?? [])]) {
      for (const [name, value] of Object.entries(one)) {
        // A serial number has no place in a contract.
        if (name !== 'at' && name !== 'serial_number' && isValue(value) && value !== null)
          types.set(name, types.has(name) && types.get(name) !== typeOf(value) ? 'mixed' : typeOf(value))
      }
    }
  }
  return new Map([...types].filter(([, type]) => type !== 'mixed'))
}

const typeOf = (value: unknown) => (typeof value === 'string' ? 'string' : 'double')

function uplinkStream(s: Stream): Stream {
  const sensors = kinds.map((kind, i) => {
    const [first] = s.sensors as [Sensor]
    return { ...first, id: `device-${i}`, gateway: GATEWAY, aliases: [euiOf(kind)], device: table.devices[kind]?.decoder as string }
  })
  const [property] = s.properties as [Property]
  const types = typesOfValues()
  const ours = (s.avro as { fields: { name: string }[] }).fields.filter((f) => f.name !== property.name)
  const avro = { ...s.avro, fields: [...ours, ...[...types].map(([name, type]) => ({ name, type: ['null', type] }))] }
  const time = { ...s.time, behindMs: 1e13 }
  return {
    ...bins(s, { codec: 'lorawan' }, sensors),
    avro,
    time,
    properties: [...types].map(([name, type]) => ({ ...property, name, label: type === 'string', resolution: '0.001', nullable: true })),
  }
}

test.runIf(fixtures.length > 0)(
  'every published LoRaWAN uplink, twice over one gateway topic: its events, once each, of its own sensor',
  async () => {
    const endpoint = await start({ streams: (all) => all.map((s) => (s.name === 'bin-levels' ? uplinkStream(s) : s)), now: Date.now })
    const client = await connect(endpoint)
    let silent = 0
    for (const [i, fixture] of fixtures.entries()) {
      const kind = `${fixture.vendor}/${fixture.device}`
      const payload = renamed(fixture.payload, euiOf(kind)) as object
      const before = endpoint.events().length
      client.publish(`city/bin-levels/${GATEWAY}`, JSON.stringify(payload), { id: 2 * i + 1 })
      client.publish(`city/bin-levels/${GATEWAY}`, JSON.stringify(copyOf(payload)), { id: 2 * i + 2 })
      await client.until((c) => c.acknowledged.length === 2 * i + 2)
      const mine = endpoint.events().slice(before)
      const ids = new Set(mine.map((e) => e.event_id.toString('hex')))
      if (mine.length === 0) silent++
      else expect([fixture.source, ids.size, mine.length]).toEqual([fixture.source, instants(fixture), 2 * instants(fixture)])
      expect(mine.filter((e) => e.sensor !== `device-${kinds.indexOf(kind)}`)).toEqual([])
    }
    // Uplinks in which a device reports its settings or who it is, and nothing measured.
    const bare = ['the uplink measures nothing', 'no declared property has a value']
    expect(endpoint.quarantined().filter((q) => !bare.includes(q['detail'] as string))).toEqual([])
    expect(endpoint.quarantined()).toHaveLength(2 * silent)
    expect(silent).toBeLessThan(fixtures.length / 8)
  },
)

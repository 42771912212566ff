import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Comparison, compareNames, type ExpectedDevice, readExpectedNames } from '../support/expected-names.ts'
import { DEVICES } from './devices.ts'
import type { Envelope } from './envelope.ts'
import { readEnvelope } from './lorawan.ts'
import { type Reading, Refused } from './reading.ts'
import { type UplinkData } from './uplink.ts'
import { uplinkReadings } from './uplink-readings.ts'

const FIXTURES = new URL('../../../../shared/data/lorawan-fixtures/fixtures.jsonl', import.meta.url)

type Fields = Readonly<Record<string, unknown>>
interface Expected {
  readonly deviceType: string
  readonly attributes?: Fields
  readonly telemetry: unknown
}
interface Fixture {
  readonly source: string
  readonly vendor: string
  readonly device: string
  readonly payload: unknown
  readonly expected: Expected | readonly Expected[]
}

const table = readExpectedNames()
const fixtures = existsSync(FIXTURES)
  ? readFileSync(FIXTURES, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fixture)
  : []

test(`all ${fixtures.length} published LoRaWAN fixtures decode to their expected values`, () => {
  const used = new Set<string>()
  const faults: string[] = []
  let compared = 0
  for (const fixture of fixtures) {
    const comparison: Comparison = { differences: [], usedErrata: used, compared: 0 }
    compare(fixture, comparison)
    faults.push(...comparison.differences.map((difference) => `${fixture.source}: ${difference}`))
    compared += comparison.compared
  }
  expect(faults).toEqual([])
  expect(compared).toBeGreaterThanOrEqual(fixtures.length)
  const errata = Object.values(table.devices).flatMap((device) => (device.errata ?? []).map((e) => `${device.decoder} ${e.name}`))
  if (fixtures.length > 0) expect([...used].sort()).toEqual(errata.sort())
})

/** An uplink's envelope, decoded data and readings against all that its fixture says. */
function compare(fixture: Fixture, into: Comparison): void {
  const device = table.devices[`${fixture.vendor}/${fixture.device}`] as ExpectedDevice
  const decoder = DEVICES.get(device.decoder)
  const envelope = readEnvelope(Buffer.from(JSON.stringify(fixture.payload)))
  if (envelope instanceof Refused || decoder === undefined) return void into.differences.push('no envelope or decoder')
  const result = decoder.decodeUplink(envelope)
  if ('errors' in result) return void into.differences.push(result.errors.join())
  const all: readonly Expected[] = [fixture.expected].flat()
  const gateways = all.filter((one) => one.deviceType === 'Lora gateway')
  if (gateways.length > 0 && gateways.length !== envelope.gateways) into.differences.push(`${envelope.gateways} gateways`)
  for (const expected of all.filter((one) => !gateways.includes(one))) compareDevice(expected, device, envelope, result.data, into)
}

function compareDevice(expected: Expected, device: ExpectedDevice, envelope: Envelope, data: UplinkData, into: Comparison): void {
  const decoded = uplinkReadings(envelope, { data })
  const readings = decoded instanceof Refused ? [] : (decoded as Reading[])
  const { telemetry, attributes = {}, ...top } = expected
  const fieldsOf = (values: Fields) => (field: string) =>
    field.startsWith('envelope.') ? envelope[field.slice('envelope.'.length) as keyof Envelope] : values[field]
  compareNames({ ...top, ...attributes }, table, device, fieldsOf(data), into)
  const entries = [telemetry].flat() as { ts?: unknown; values?: Fields }[]
  for (const [i, { ts, values }] of entries.entries()) {
    const earlier = data.history?.[i]
    compareNames(values ?? {}, table, device, fieldsOf(earlier ?? data), into)
    const at = instantOf(ts)
    const reading = earlier === undefined ? readings.find((one) => !one.dated) : readings.filter((one) => one.dated)[i]
    if (at === null || reading === undefined) continue
    const apart = Math.abs((reading.at ?? Number.NaN) - at)
    if (!(apart <= (earlier === undefined ? (device.timeWithinMs ?? 0) : 0))) into.differences.push(`at ${reading.at}, not ${at}`)
  }
}

/** The fixtures' times: epoch milliseconds or seconds, or ISO 8601; null where one has none. */
function instantOf(ts: unknown): number | null {
  if (typeof ts === 'string') return Date.parse(ts)
  return typeof ts === 'number' ? (ts < 1e11 ? ts * 1_000 : ts) : null
}

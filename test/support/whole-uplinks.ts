import type { Row } from '@commonstream/fleet'
import type { Property, Stream } from '@commonstream/schemas'
import { type ExpectedDevice, readExpectedNames, type Rule } from '@commonstream/schemas/support/expected-names.ts'
import type { Reading } from './oracle.ts'
import { OCCUPANCY, type Published } from './published-streams.ts'

// Published LoRaWAN uplinks as traffic: each from a sensor of its own (the same anonymous EUI stands for many devices), with
// what somebody else's converters made of it as the expected reading. No decoder of ours is used for what is expected.

const DAY = 86_400_000
const MINUTE = 60_000

type Fields = Readonly<Record<string, unknown>>
interface Fixture {
  readonly vendor: string
  readonly device: string
  readonly category: string
  readonly payload: unknown
  readonly expected: Converted | readonly Converted[]
}
interface Converted {
  readonly deviceType: string
  readonly telemetry: unknown
}

/** An uplink, its network's times moved by whole days, of one sensor of the register. */
export interface Uplink {
  readonly stream: string
  readonly sensor: string
  readonly device: string
  readonly row: Row
  /** What it says as of the moment at which it was heard, by the names that our decoders use. */
  readonly values: Fields
  /** What it says of times of its own, months after it was heard: a device's clock may be wrong, and cannot be moved. */
  readonly ahead: readonly Fields[]
}

const table = readExpectedNames()

/** The stream that takes a fixture: the shipped one for those that measure air, one made of its kind for the others. */
const streamOf = ({ category }: Fixture) => (category === 'environment' ? 'air-and-noise' : DEVICES)

/** A stream that is made for the run: whatever else LoRaWAN devices of the fixtures measure. */
export const DEVICES = 'lorawan-devices'

/** The uplinks of `fixtures.jsonl`, each on the last day before `until`. */
export function uplinksOf(text: string, until: number): Uplink[] {
  const fixtures = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Fixture)
  return fixtures.map((fixture, i) => uplinkOf(fixture, `uplink-${String(i + 1).padStart(3, '0')}`, until))
}

function uplinkOf(fixture: Fixture, sensor: string, until: number): Uplink {
  const device = table.devices[`${fixture.vendor}/${fixture.device}`] as ExpectedDevice
  const own = [fixture.expected].flat().filter(({ deviceType }) => deviceType !== 'Lora gateway')
  const entries = own.flatMap(({ telemetry }) => [telemetry].flat() as { ts?: unknown; values?: Fields }[])
  const times = entries.flatMap(({ ts }) => (ts === undefined ? [] : [instantOf(ts)]))
  const heard = times.length === 0 ? firstIn(fixture.payload) : Math.min(...times)
  const days = Math.floor((until - heard) / DAY)
  const isAhead = ({ ts }: { ts?: unknown }) => ts !== undefined && instantOf(ts) > heard + MINUTE
  const said = (some: typeof entries) =>
    Object.fromEntries(some.flatMap((e) => Object.entries(e.values ?? {})).flatMap((e) => ours(e, device)))
  return {
    ...{ stream: streamOf(fixture), sensor, device: device.decoder },
    row: { sensor, at: heard + days * DAY, payload: moved(fixture.payload, days) as Fields },
    values: said(entries.filter((e) => !isAhead(e))),
    ahead: entries.filter(isAhead).map((e) => said([e])),
  }
}

/** The converters' times: epoch milliseconds or seconds, or ISO 8601. */
function instantOf(ts: unknown): number {
  if (typeof ts === 'string') return Date.parse(ts)
  return (ts as number) < 1e11 ? (ts as number) * 1_000 : (ts as number)
}

/** Where the converters give no time: the earliest that the network server gives. */
function firstIn(payload: unknown): number {
  const times = JSON.stringify(payload).match(/\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})/g) ?? []
  return Math.min(...times.map((time) => Date.parse(time)))
}

/** A network server's message with every date in it so many days later, written as it was. */
function moved(value: unknown, days: number): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, days))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, moved(v, days)]))
  if (typeof value === 'number' && value > 1.4e12 && value < 2e12) return value + days * DAY
  if (typeof value !== 'string') return value
  return value.replace(/^(\d{4})-(\d{2})(-?)(\d{2})(?=T)/, (_, y: string, m: string, dash: string, d: string) => {
    const [year, month, day] = Temporal.PlainDate.from(`${y}-${m}-${d}`).add({ days }).toString().split('-') as [string, string, string]
    return `${year}-${month}${dash}${day}`
  })
}

/** A converter's value by our name for it, as the table of the fixtures relates them. */
function ours([name, value]: [string, unknown], device: ExpectedDevice): [string, unknown][] {
  const rule: Rule | undefined = device.names[name] ?? table.names[name]
  if (rule === undefined) return []
  if (typeof rule === 'string') return [[rule, value]]
  const { field, values = {}, factor } = rule
  if (field === undefined) return []
  if (Object.hasOwn(values, String(value))) return [[field, values[String(value)]]]
  return [[field, factor === undefined ? value : (value as number) * factor]]
}

/** What a stream must store of its uplinks: the properties of its contract, and nothing of what has none of them. */
export function expectedUplinks(uplinks: readonly Uplink[], stream: Stream): Published {
  const own = (values: Fields) => Object.fromEntries(stream.properties.map((p) => [p.name, integerOf(valueOf(values, stream, p), p)]))
  const isSome = ({ values }: { values: Reading['values'] }) => Object.values(values).some((value) => value !== null)
  const readings = uplinks.map(({ sensor, row, values }): Reading => ({ sensor, at: row.at, values: own(values) }))
  const clamped = uplinks.flatMap(({ sensor, ahead }) => ahead.map((values) => ({ sensor, values: own(values) })))
  const stored = readings.filter(isSome)
  // An uplink that says things of its own times alone has no reading as of when it was heard, and nothing to refuse.
  const silent = uplinks.filter((u, i) => u.ahead.length > 0 && !isSome(readings[i] as Reading)).length
  return { readings: stored, refused: { invalid: readings.length - stored.length - silent }, ahead: clamped.filter(isSome) }
}

/** A property's value in an uplink, by what the contract calls it. */
function valueOf(values: Fields, { source }: Stream, { name }: Property): unknown {
  const theirs = [source.payload?.fields?.[name] ?? name].flat().find((n) => values[n] !== undefined && values[n] !== null)
  const value = theirs === undefined ? null : values[theirs]
  return source.payload?.values?.[name]?.[String(value)] ?? value
}

function integerOf(value: unknown, { resolution }: Property): number | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return OCCUPANCY.indexOf(value as (typeof OCCUPANCY)[number])
  return Math.round((value as number) / Number(resolution))
}

import { instantOf } from './instants.ts'
import { isValue, type Reading, type Value } from './reading.ts'

/** A payload's name of something, or several of which a payload has one: the first that is there counts. */
export type Names = string | readonly string[]

/** How a stream's names relate to a payload's: `source.payload` of a contract, with what the contract knows besides. */
export interface Mapping {
  /** The kind of device whose payload it is, where the register does not say it sensor by sensor (`codec: lorawan`). */
  readonly device: string | null
  /** The payload's name of the sensor and of the time, where a format leaves them open. */
  readonly sensor: Names | null
  readonly at: Names | null
  /** The payload's name of a later time at which the values still held (see `rowReadings`). */
  readonly seen: string | null
  /** Zone of times that come without an offset. */
  readonly zone: string
  /** Of CSV: what stands between cells, and the columns' names where the rows come without a header. */
  readonly separator: string
  readonly columns: readonly string[] | null
  /** Property → the payload's name for it. Empty: the payload's names are the stream's. */
  readonly fields: Readonly<Record<string, Names>>
  /** Property → the payload's value → ours. A value that is not listed stays as it is. */
  readonly values: Readonly<Record<string, Readonly<Record<string, Value>>>>
  /** Texts that stand for "no value". */
  readonly missing: readonly string[]
  /** Properties that stay text even where they look like numbers. */
  readonly text: readonly string[]
  /** Properties that are numbers: true and false become 1 and 0 in them. */
  readonly numbers: readonly string[]
}

/** A mapping that changes nothing. */
export function plainMapping(zone: string): Mapping {
  return {
    device: null,
    sensor: null,
    at: null,
    seen: null,
    zone,
    separator: ',',
    columns: null,
    fields: {},
    values: {},
    missing: [''],
    text: [],
    numbers: [],
  }
}

/** Gives a decoded reading the stream's names and values. */
export function mapped(reading: Reading, mapping: Mapping): Reading {
  return { ...reading, values: valuesOf(reading.values, mapping, (value) => value), ...droppedOf(reading.values, mapping) }
}

/** How long a change is told again and known as the same: the horizon of duplicates (protocol section 6). */
const KNOWN_AGAIN_MS = 24 * 3_600_000

/**
 * The readings of a row or feature that says since when its values hold and, by the mapping's `seen`, when they were
 * last confirmed: the change and the confirmation. A feed repeats the row, and with it the change, with every poll;
 * later than a day after it the change would be counted anew, so the confirmation is given alone.
 */
export function rowReadings(row: Readonly<Record<string, unknown>>, mapping: Mapping): readonly Reading[] {
  const change = rowReading(row, mapping)
  const seen = mapping.seen === null ? null : instantOf(row[mapping.seen], mapping.zone)
  if (seen === null || change.at === null || seen <= change.at) return [change]
  const confirmed = { ...change, at: seen }
  // What is dropped of the row is dropped once.
  return seen - change.at > KNOWN_AGAIN_MS ? [confirmed] : [change, { ...confirmed, dropped: [] }]
}

/**
 * A reading out of a row or feature whose cells may be text: texts that look like numbers, true or false become so
 * unless the property is text. A time that is an interval (`start/end`) is its start.
 */
export function rowReading(row: Readonly<Record<string, unknown>>, mapping: Mapping): Reading {
  const sensor = firstOf(row, mapping.sensor)
  const own = Object.keys(mapping.fields).length > 0 ? row : without(row, mapping)
  return {
    sensor: typeof sensor === 'string' && sensor !== '' ? sensor : typeof sensor === 'number' ? String(sensor) : null,
    at: instantOf(startOf(firstOf(row, mapping.at)), mapping.zone),
    dated: true,
    boot: null,
    seq: null,
    values: valuesOf(own, mapping, (value, property) => typed(value, mapping.text.includes(property))),
    ...droppedOf(row, mapping),
  }
}

/** The names that a mapping takes, once made for each. */
const namesTaken = new WeakMap<Mapping, ReadonlySet<string>>()

function takenBy(mapping: Mapping): ReadonlySet<string> {
  let names = namesTaken.get(mapping)
  if (names === undefined) {
    const { sensor, at, seen, fields } = mapping
    names = new Set([sensor, at, seen, ...Object.values(fields)].flatMap(namesOf))
    namesTaken.set(mapping, names)
  }
  return names
}

/** What a mapping does not take. Where it names no fields every value goes on under its own name, to be judged there. */
function droppedOf(given: Readonly<Record<string, unknown>>, mapping: Mapping): Pick<Reading, 'dropped'> {
  if (Object.keys(mapping.fields).length === 0) return {}
  const names = takenBy(mapping)
  const dropped = Object.keys(given).filter((name) => !names.has(name))
  return dropped.length === 0 ? {} : { dropped }
}

/** The names in the order in which they are looked for. */
export function namesOf(names: Names | null): readonly string[] {
  return names === null ? [] : typeof names === 'string' ? [names] : names
}

function firstOf(row: Readonly<Record<string, unknown>>, names: Names | null): unknown {
  const name = namesOf(names).find((one) => Object.hasOwn(row, one) && row[one] !== null)
  return name === undefined ? null : row[name]
}

function startOf(time: unknown): unknown {
  return typeof time === 'string' && time.includes('/', DATE_LENGTH) ? time.slice(0, time.indexOf('/', DATE_LENGTH)) : time
}

/** Of a date, whose own slashes are no interval's. */
const DATE_LENGTH = 10

function without(row: Readonly<Record<string, unknown>>, { sensor, at, seen }: Mapping): Readonly<Record<string, unknown>> {
  const taken = new Set([...namesOf(sensor), ...namesOf(at), ...namesOf(seen)])
  return Object.fromEntries(Object.entries(row).filter(([name]) => !taken.has(name)))
}

function valuesOf(
  given: Readonly<Record<string, unknown>>,
  mapping: Mapping,
  convert: (value: Value, property: string) => Value,
): Readonly<Record<string, Value>> {
  const { fields } = mapping
  const names = Object.keys(fields).length > 0 ? Object.entries(fields) : Object.keys(given).map((name) => [name, name] as const)
  const out: Record<string, Value> = {}
  for (const [property, wanted] of names) {
    const name = namesOf(wanted).find((one) => Object.hasOwn(given, one))
    const value = name === undefined ? undefined : given[name]
    if (isValue(value)) out[property] = valueOf(value, property, mapping, convert)
  }
  return out
}

function valueOf(
  value: Value,
  property: string,
  { values, missing, numbers }: Mapping,
  convert: (value: Value, property: string) => Value,
): Value {
  const table = Object.hasOwn(values, property) ? values[property] : undefined
  if (table !== undefined && value !== null && Object.hasOwn(table, String(value))) return table[String(value)] as Value
  if (typeof value === 'string' && missing.includes(value)) return null
  const converted = convert(value, property)
  return typeof converted === 'boolean' && numbers.includes(property) ? Number(converted) : converted
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const LONGEST_NUMBER = 40

function typed(value: Value, isText: boolean): Value {
  if (typeof value !== 'string') return isText && value !== null ? String(value) : value
  if (isText) return value
  const text = value.trim()
  if (text.length <= LONGEST_NUMBER && NUMBER.test(text)) {
    const number = Number(text)
    return Number.isFinite(number) ? number : value
  }
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : value
}

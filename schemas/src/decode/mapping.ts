import { instantOf } from './instants.ts'
import { isValue, type Reading, type Value } from './reading.ts'

/** How a stream's names relate to a payload's: `source.payload` of a contract, with what the contract knows besides. */
export interface Mapping {
  /** The kind of device whose payload it is, where the register does not say it sensor by sensor (`codec: lorawan`). */
  readonly device: string | null
  /** The payload's name of the sensor and of the time, where a format leaves them open. */
  readonly sensor: string | null
  readonly at: string | null
  /** Zone of times that come without an offset. */
  readonly zone: string
  /** Of CSV: what stands between cells, and the columns' names where the rows come without a header. */
  readonly separator: string
  readonly columns: readonly string[] | null
  /** Property → the payload's name for it. Empty: the payload's names are the stream's. */
  readonly fields: Readonly<Record<string, string>>
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
  const values = valuesOf(reading.values, mapping, (value) => value)
  return values === reading.values ? reading : { ...reading, values }
}

/**
 * A reading out of a row or feature whose cells may be text: texts that look like numbers, true or false become so
 * unless the property is text.
 */
export function rowReading(row: Readonly<Record<string, unknown>>, mapping: Mapping): Reading {
  const sensor = mapping.sensor === null ? null : row[mapping.sensor]
  const own = Object.keys(mapping.fields).length > 0 ? row : without(row, mapping)
  return {
    sensor: typeof sensor === 'string' && sensor !== '' ? sensor : typeof sensor === 'number' ? String(sensor) : null,
    at: mapping.at === null ? null : instantOf(row[mapping.at], mapping.zone),
    dated: true,
    boot: null,
    seq: null,
    values: valuesOf(own, mapping, (value, property) => typed(value, mapping.text.includes(property))),
  }
}

function without(row: Readonly<Record<string, unknown>>, { sensor, at }: Mapping): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== sensor && name !== at))
}

function valuesOf(
  given: Readonly<Record<string, unknown>>,
  mapping: Mapping,
  convert: (value: Value, property: string) => Value,
): Readonly<Record<string, Value>> {
  const { fields } = mapping
  const names = Object.keys(fields).length > 0 ? Object.entries(fields) : Object.keys(given).map((name) => [name, name] as const)
  const out: Record<string, Value> = {}
  for (const [property, name] of names) {
    const value = given[name]
    if (isValue(value) && Object.hasOwn(given, name)) out[property] = valueOf(value, property, mapping, convert)
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

import Type, { type Static, type TObject } from 'typebox'
import Value from 'typebox/value'
import type { Fault, Faulty } from './fault.ts'
import { isZone } from './local-time.ts'

/** What the store's DateTime can hold, with room for a step on both sides. */
const EARLIEST = Date.UTC(1970, 0, 15)
const LATEST = Date.UTC(2100, 0, 1)

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * The parameters of a request by its schema, the same that the API's description shows: converted from text, defaults
 * filled in, and every fault told at once. Parameters at fault are absent from `values`.
 */
export function readParameters<T extends TObject>(
  schema: T,
  raw: Readonly<Record<string, unknown>>,
): { values: Partial<Static<T>>; faults: Fault[] } {
  const faults = Object.entries(raw)
    .filter(([, value]) => Array.isArray(value))
    .map(([parameter]) => ({ parameter, detail: 'is given more than once; separate several values by commas where they are allowed' }))
  const single = Object.fromEntries(Object.entries(raw).filter(([, value]) => !Array.isArray(value) && value !== ''))
  const values = Value.Default(schema, convert(schema, single)) as Record<string, unknown>
  for (const error of Value.Errors(schema, values)) faults.push(...shapeFaults(error, schema))
  const unique = [...new Map(faults.toReversed().map((fault) => [fault.parameter, fault])).values()].reverse()
  for (const { parameter } of unique) delete values[parameter]
  return { values: values as Partial<Static<T>>, faults: unique }
}

/** Integers are converted where they are written as such; all else stays as it is and is judged by the schema. */
function convert(schema: TObject, given: Record<string, unknown>): Record<string, unknown> {
  const isInteger = (name: string) => Type.IsInteger(schema.properties[name])
  const isWritten = (value: unknown) => typeof value === 'string' && /^-?\d{1,15}$/.test(value)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, isInteger(name) && isWritten(value) ? Number(value) : value]),
  )
}

interface ShapeError {
  keyword: string
  instancePath: string
  message: string
  params?: unknown
}

function shapeFaults(error: ShapeError, schema: TObject): Fault[] {
  const params = (error.params ?? {}) as { requiredProperties?: string[]; additionalProperties?: string[]; allowedValues?: unknown[] }
  if (error.keyword === 'required') return (params.requiredProperties ?? []).map((parameter) => ({ parameter, detail: 'is missing' }))
  const known = Object.keys(schema.properties).join(', ') || 'none'
  if (error.keyword === 'additionalProperties') {
    return (params.additionalProperties ?? []).map((parameter) => ({
      parameter,
      detail: `is not a parameter of this address (known: ${known})`,
    }))
  }
  if (error.keyword === 'boolean') return [] // the same, told a second time
  const parameter = error.instancePath.split('/')[1] ?? ''
  const allowed = params.allowedValues
  return [{ parameter, detail: allowed === undefined ? error.message : `must be one of ${allowed.join(', ')}` }]
}

/** An instant in RFC 3339 with its offset, as epoch ms. */
export function readInstant(parameter: string, text: string): Faulty<number> {
  if (!RFC_3339.test(text)) {
    const plus = / \d\d:\d\d$/.test(text) ? '; write the + of an offset as %2B' : ''
    return { fault: { parameter, detail: `must be an instant in RFC 3339 with its offset, such as 2023-06-05T00:00:00Z${plus}` } }
  }
  const at = Date.parse(text.replace(' ', 'T').toUpperCase())
  if (Number.isNaN(at)) return { fault: { parameter, detail: 'is no instant of the calendar' } }
  return at >= EARLIEST && at <= LATEST ? { value: at } : { fault: { parameter, detail: 'must lie between 1970 and 2100' } }
}

/** A half-open range; where an end is missing it is `now`, and the range is a day long. Epoch ms. */
export interface Range {
  readonly from: number
  readonly to: number
}

const DAY_MS = 86_400_000
const LONGEST_YEARS = 20

/** `from` and `to`; without them the last 24 hours of the clock that `now` was read from. */
export function readRange(given: { from?: string | undefined; to?: string | undefined }, now: number): { range: Range; faults: Fault[] } {
  const faults: Fault[] = []
  const instant = (parameter: 'from' | 'to', otherwise: number) => {
    const text = given[parameter]
    if (text === undefined) return otherwise
    const read = readInstant(parameter, text)
    if ('value' in read) return read.value
    faults.push(read.fault)
    return Number.NaN
  }
  const to = instant('to', now)
  const from = instant('from', to - DAY_MS)
  if (from >= to)
    faults.push({
      parameter: given.from === undefined ? 'to' : 'from',
      detail: `must lie before ${given.to === undefined ? 'the present, where no to is given' : 'to'}`,
    })
  if (to - from > LONGEST_YEARS * 366 * DAY_MS)
    faults.push({ parameter: 'from', detail: `lies more than ${LONGEST_YEARS} years before to; ask for less at a time` })
  return { range: { from, to }, faults }
}

/** A time zone of the IANA database. */
export function readZone(parameter: string, zone: string): Faulty<string> {
  return isZone(zone)
    ? { value: zone }
    : { fault: { parameter, detail: 'is no time zone of the IANA database, such as Australia/Melbourne' } }
}

/** Values separated by commas, without empty ones, each once, in the order given. */
export function readList(text: string): string[] {
  return [...new Set(text.split(',').map((part) => part.trim()))].filter((part) => part !== '')
}

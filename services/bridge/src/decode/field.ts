import type { Property, Stream } from '@commonstream/schemas'
import type { DeclaredValue } from './event-id.ts'
import { looksIdentifying } from './identifying.ts'
import type { Refusal } from './refusal.ts'

/** What is wrong with a declared value, in the words of a `Refusal`'s reason. */
export type FieldFault = { readonly reason: Extract<Refusal['reason'], 'invalid' | 'identifying'>; readonly detail: string }

/** A declared field of a stream's events: its name, and the check of a value as it came in the payload. */
export interface Field {
  readonly name: string
  /** Null where the value may stand in an event. Absent values come as null. */
  fault(value: unknown): FieldFault | null
}

type AvroType = string | readonly AvroType[] | { readonly type: AvroType; readonly symbols?: readonly string[] }
interface AvroField {
  readonly name: string
  readonly type: AvroType
  readonly pattern?: string
}

/** Fields that the loader puts before the declared ones. */
const OURS = new Set(['event_id', 'sensor', 'at', 'clamped'])

const LONGEST_TEXT = 256

/** The declared fields of a stream in the schema's order, which is also their order in an event's identity. */
export function fieldsOf(stream: Pick<Stream, 'avro' | 'properties'>): readonly Field[] {
  const properties = new Map(stream.properties.map((p) => [p.name, p]))
  return (stream.avro as { fields: readonly AvroField[] }).fields
    .filter((f) => !OURS.has(f.name))
    .map((f) => field(f, properties.get(f.name)))
}

function field(avro: AvroField, property: Property | undefined): Field {
  const types = (Array.isArray(avro.type) ? avro.type : [avro.type]) as readonly AvroType[]
  const nullable = types.includes('null')
  const check = checkOf(types.find((t) => t !== 'null') as AvroType, avro, property)
  const absent = nullable ? null : { reason: 'invalid' as const, detail: `${avro.name} is missing` }
  const identifying = { reason: 'identifying' as const, detail: `${avro.name} looks like an address or a device's number` }
  return {
    name: avro.name,
    fault(value) {
      if (value === null) return absent
      if (pointsAtSomebody(value, property)) return identifying
      const wrong = check(value)
      return wrong === null ? null : { reason: 'invalid', detail: `${avro.name} is ${wrong}` }
    },
  }
}

/** Only text, and whole numbers as long as an IMEI that are no meter's count, can point at somebody. */
function pointsAtSomebody(value: unknown, property: Property | undefined): boolean {
  if (typeof value === 'string') return looksIdentifying(value)
  return typeof value === 'number' && value >= 1e14 && value < 1e15 && property?.kind !== 'counter' && looksIdentifying(String(value))
}

/** What is wrong with a value of an Avro type, as the end of a sentence; null where nothing is. */
function checkOf(type: AvroType, avro: AvroField, property: Property | undefined): (value: unknown) => string | null {
  if (typeof type === 'object' && !Array.isArray(type)) {
    const named = type as { type: AvroType; symbols?: readonly string[] }
    if (named.type !== 'enum') return checkOf(named.type, avro, property)
    const symbols = new Set<unknown>(named.symbols)
    return (value) => (symbols.has(value) ? null : 'not one of its values')
  }
  if (type === 'boolean') return (value) => (typeof value === 'boolean' ? null : 'not true or false')
  if (type === 'string') return textCheck(avro.pattern)
  return numberCheck(type as string, property)
}

/** A pattern holds for the whole text; without one only the length is bounded. */
function textCheck(pattern: string | undefined): (value: unknown) => string | null {
  const whole = pattern === undefined ? /^/ : new RegExp(`^(?:${pattern})$`, 'u')
  return (value) => {
    if (typeof value !== 'string') return 'not text'
    if (value.length > LONGEST_TEXT) return 'too long'
    return whole.test(value) ? null : 'not of its pattern'
  }
}

/**
 * Numbers within their Avro type, and small enough that value / resolution is a whole number the fold can hold
 * exactly. What is counted never goes below zero.
 */
function numberCheck(type: string, property: Property | undefined): (value: unknown) => string | null {
  const whole = type === 'int' || type === 'long'
  const resolution = property === undefined ? 1 : Number(property.resolution) || 1
  const bound = Math.min(
    type === 'int' ? 2 ** 31 - 1 : type === 'float' ? 3.4028234663852886e38 : Number.POSITIVE_INFINITY,
    (2 ** 53 - 2) * resolution,
  )
  const lowest = property?.kind === 'count' || property?.kind === 'counter' ? 0 : type === 'int' ? -(2 ** 31) : -bound
  return (value) => {
    if (typeof value !== 'number') return 'not a number'
    if (whole && !Number.isInteger(value)) return 'not a whole number'
    // The comparison is written so that NaN fails it.
    return value >= lowest && value <= bound ? null : 'out of range'
  }
}

/** A value that passed its field's check. */
export function declared(value: unknown): DeclaredValue {
  return value as DeclaredValue
}

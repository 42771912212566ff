import avsc from 'avsc'
import { decimalFraction, unitsOf } from '../derive/units.ts'
import type { Report } from './faults.ts'
import { identifyingSpecimen, isIdentifyingName } from './identifying.ts'
import { type SourceFile, readSource } from './source-file.ts'
import type { Aggregate, Property, PropertyKind } from './stream.ts'

/** A field of event.avsc as it is written. */
interface Field {
  name: string
  type: unknown
  doc?: string
  unit?: string
  observedProperty?: string
  kind?: string
  resolution?: string | number
  pattern?: string
  rollover?: string | number
}

export interface EventSchema {
  readonly schemaId: number
  /** The whole record: what the loader puts in front, then the fields of the file. */
  readonly avro: object
  readonly fields: readonly Field[]
  readonly source: SourceFile
}

/** What every event has before its properties; `at` is a plain long in memory (epoch ms). */
const HEAD = [
  {
    name: 'event_id',
    type: { type: 'fixed', name: 'EventId', size: 16 },
    doc: 'Hash of sensor, declared time, boot, sequence and values.',
  },
  { name: 'sensor', type: 'string', doc: 'The sensor.' },
  { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'Event time as the bridge judged it.' },
  { name: 'clamped', type: 'boolean', doc: 'The declared time was too far in the future and was set to the clock.' },
]

/** Names that tables and payloads use for other things. */
const RESERVED = new Set([
  'event_id',
  'sensor',
  'at',
  'clamped',
  'seq',
  'boot',
  'partition',
  'offset',
  'appended',
  'version',
  'window',
  'size',
  'chunk',
  'count',
  'late',
  'rev',
  'status',
  'origin',
  'bridges',
  'policy',
  'noise_sd',
])
const NUMERIC: Record<PropertyKind, readonly string[]> = {
  count: ['int', 'long', 'double'],
  gauge: ['int', 'long', 'double'],
  counter: ['int', 'long', 'double'],
  state: ['int', 'long'],
}

/** Reads an event schema, current or kept. Null after reporting that it is no Avro record with a schema id. */
export function readEventSchema(path: string, name: string, report: Report): EventSchema | null {
  const source = readSource(path, name, report)
  if (source === null) return null
  const schema = source.value as { type?: unknown; name?: unknown; schemaId?: unknown; fields?: unknown } | null
  if (schema?.type !== 'record' || typeof schema.name !== 'string' || !Array.isArray(schema.fields)) {
    source.fault([], 'must be an Avro record with a name and fields')
    return null
  }
  const { schemaId } = schema
  if (typeof schemaId !== 'number' || !Number.isInteger(schemaId) || schemaId < 1 || schemaId > 2 ** 31 - 1) {
    source.fault(['schemaId'], '"schemaId" must be an integer from 1 that no other schema of the city has')
    return null
  }
  const fields = (schema.fields as Field[]).map((f) => (isNullable(f.type) && !('default' in f) ? { ...f, default: null } : f))
  const avro = { ...schema, fields: [...HEAD, ...fields] }
  try {
    avsc.Type.forSchema(avro as unknown as avsc.Schema)
  } catch (error) {
    source.fault(['fields'], `not a usable Avro schema: ${(error as Error).message}`)
    return null
  }
  return { schemaId, avro, fields, source }
}

/** The properties of an event schema with what the contract aggregates; every field that is not usable is reported. */
export function readProperties(schema: EventSchema, aggregates: Readonly<Record<string, readonly Aggregate[]>>): Property[] {
  if (schema.fields.length === 0) schema.source.fault(['fields'], 'has no properties; declare at least one')
  return schema.fields.flatMap((field, index) => {
    const faults = fieldFaults(field)
    for (const { attribute, message } of faults) schema.source.fault(['fields', index, attribute], `field "${field.name}": ${message}`)
    return faults.length > 0 ? [] : [propertyOf(field, aggregates[field.name] ?? [])]
  })
}

function propertyOf(field: Field, aggregates: readonly Aggregate[]): Property {
  const property: Property = {
    name: field.name,
    kind: field.kind as PropertyKind,
    doc: field.doc!,
    unit: field.unit!,
    observedProperty: field.observedProperty!,
    resolution: String(field.resolution ?? '1'),
    nullable: isNullable(field.type),
    aggregates,
    ...(field.rollover !== undefined && { rollover: String(field.rollover) }),
  }
  return isNumeric(field) ? property : { ...property, label: true }
}

interface FieldFault {
  readonly attribute: string
  readonly message: string
}

function fieldFaults(field: Field): FieldFault[] {
  const faults: FieldFault[] = []
  const want = (ok: boolean, attribute: string, message: string) => ok || faults.push({ attribute, message })
  want(/^[a-z][a-z0-9_]{0,47}$/.test(field.name), 'name', 'the name must be lower case letters, digits and _ (it names a column)')
  want(!RESERVED.has(field.name), 'name', 'the name is taken by a column that every stream has; choose another')
  want(!isIdentifyingName(field.name), 'name', 'the name says that it identifies people or devices; no contract may carry it')
  const through = typeof field.pattern === 'string' && isPattern(field.pattern) ? identifyingSpecimen(field.pattern) : null
  want(through === null, 'pattern', `the pattern lets ${through} through; list the values or make it narrower`)
  want(typeof field.doc === 'string' && field.doc !== '', 'doc', 'add "doc": what it means, in a sentence')
  want(typeof field.unit === 'string' && /^[\x21-\x7e]+$/.test(field.unit), 'unit', 'add "unit" in UCUM ("1" for a plain number)')
  want(isUri(field.observedProperty), 'observedProperty', 'add "observedProperty", a URI of what is observed')
  want(Object.hasOwn(NUMERIC, field.kind ?? ''), 'kind', 'add "kind": count, gauge, counter or state')
  want(typeFits(field), 'type', typeWanted(field))
  want(!isNumeric(field) || isDecimal(field.resolution), 'resolution', 'add "resolution", a positive decimal in quotes such as "0.1"')
  want(rolloverFits(field), 'rollover', 'a "rollover" is where a counter begins again at 0, a multiple of its resolution such as "65536"')
  return faults
}

function rolloverFits({ kind, rollover, resolution }: Field): boolean {
  if (rollover === undefined) return true
  if (kind !== 'counter' || !isDecimal(rollover) || !isDecimal(resolution)) return false
  const units = unitsOf({ resolution: String(resolution) })
  return units.toUnits(units.toInteger(Number(rollover))) === Number(rollover)
}

function typeFits(field: Field): boolean {
  const type = valueType(field.type)
  if (field.kind === 'state' && isLabel(type)) return type !== 'string' || (typeof field.pattern === 'string' && isPattern(field.pattern))
  return typeof type === 'string' && (NUMERIC[field.kind as PropertyKind] ?? []).includes(type)
}

function typeWanted(field: Field): string {
  const type = valueType(field.type)
  if (Array.isArray(field.type) && !isNullable(field.type)) return 'a union must be ["null", <type>]'
  if (type === 'string')
    return field.kind === 'state'
      ? 'free text is refused; make it an enum or add a "pattern" (a regular expression for the whole value)'
      : 'a string must be of kind state'
  return `the type of a ${field.kind ?? 'property'} must be ${(NUMERIC[field.kind as PropertyKind] ?? ['int', 'long', 'double']).join(', ')}${field.kind === 'state' ? ', an enum or a string with a pattern' : ''}`
}

function valueType(type: unknown): unknown {
  return isNullable(type) ? (type as unknown[])[1] : type
}

function isNullable(type: unknown): boolean {
  return Array.isArray(type) && type.length === 2 && type[0] === 'null'
}

function isLabel(type: unknown): boolean {
  return type === 'string' || (type as { type?: unknown } | null)?.type === 'enum'
}

function isNumeric(field: Field): boolean {
  return !isLabel(valueType(field.type))
}

function isUri(text: unknown): boolean {
  return typeof text === 'string' && /^(https?|urn):/.test(text) && URL.canParse(text)
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`, 'u').source !== ''
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function isDecimal(value: string | number | undefined): boolean {
  try {
    return value !== undefined && decimalFraction(String(value)).length === 2
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

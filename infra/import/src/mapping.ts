import { CityError } from '@commonstream/runtime'
import { durationMs, type Property, type Stream } from '@commonstream/schemas'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { parse } from 'yaml'
import type { Ambiguous } from './local-time.ts'

const closed = { additionalProperties: false }
const text = Type.String({ minLength: 1 })
const cell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

const schema = Type.Object(
  {
    separator: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    columns: Type.Optional(Type.Array(text, { minItems: 1 })),
    time: Type.Object(
      {
        at: Type.Optional(text),
        date: Type.Optional(text),
        hour: Type.Optional(text),
        zone: Type.Optional(text),
        ambiguous: Type.Optional(Type.Enum(['earlier', 'later', 'leave out'])),
      },
      closed,
    ),
    sensor: Type.Optional(text),
    wide: Type.Optional(text),
    sensors: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
    fields: Type.Optional(Type.Record(Type.String(), text)),
    values: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), cell))),
    missing: Type.Optional(Type.Array(Type.String())),
    window: Type.Optional(text),
  },
  closed,
)

/** How a file's rows become windows of a stream. */
export interface ImportMapping {
  readonly separator: string
  /** Null: the first line names the columns. */
  readonly columns: readonly string[] | null
  /** Columns of the time: a whole one, or a date with an hour beside it. */
  readonly time: string
  readonly hour: string | null
  readonly zone: string
  readonly ambiguous: Ambiguous
  /** The column of the sensor; null where each column is one. */
  readonly sensor: string | null
  /** Names of the file that the register does not know, by sensor. */
  readonly sensors: ReadonlyMap<string, string>
  /** Which column, or in a wide file which cell, is which property. */
  readonly fields: readonly { readonly property: Property; readonly column: string | null; readonly values: ReadonlyMap<string, unknown> }[]
  readonly missing: ReadonlySet<string>
  /** Null: rows are readings that are folded into base windows; else each is the figure of a window so long (ms) from its time on. */
  readonly windowMs: number | null
}

const HOUR_MS = 3_600_000

/**
 * Reads a mapping file for a stream.
 * @throws CityError `MAPPING_INVALID` with everything that is wrong
 */
export function readMapping(yaml: string, stream: Stream): ImportMapping {
  const given = parsed(yaml)
  const faults: string[] = []
  const { time } = given
  const one = (a: unknown, b: unknown, what: string) => {
    if ((a === undefined) === (b === undefined)) faults.push(`takes ${what}`)
  }
  one(time.at, time.date, '"time.at", or "time.date" with "time.hour"')
  if (time.hour !== undefined && time.date === undefined) faults.push('has "time.hour" without "time.date"')
  one(given.sensor, given.wide, 'either "sensor", the column of its name, or "wide", the property in all columns')
  const windowMs = given.window === undefined ? null : durationMs(given.window)
  if (given.window !== undefined && !fits(windowMs, stream))
    faults.push(`"window" must be a multiple of the stream's windows that divides an hour`)
  const fields = fieldsOf(given, stream, faults)
  for (const [name, id] of Object.entries(given.sensors ?? {})) {
    const known = stream.source.sensors === 'open' || stream.sensors.some((s) => s.id === String(id))
    if (!known) faults.push(`has "${name}" as sensor "${id}", which is not in the register`)
  }
  const zone = time.zone ?? stream.time.zone
  if (!isZone(zone)) faults.push(`"${zone}" is no IANA time zone`)
  if (faults.length > 0) throw invalid(faults)
  return {
    separator: given.separator ?? ',',
    columns: given.columns ?? null,
    time: (time.at ?? time.date) as string,
    hour: time.hour ?? null,
    zone,
    ambiguous: time.ambiguous === 'earlier' || time.ambiguous === 'later' ? time.ambiguous : null,
    sensor: given.sensor ?? null,
    sensors: new Map(Object.entries(given.sensors ?? {}).map(([name, id]) => [name, String(id)])),
    fields,
    missing: new Set(given.missing ?? ['']),
    windowMs,
  }
}

function parsed(yaml: string): Static<typeof schema> {
  let value: unknown
  try {
    value = parse(yaml, { maxAliasCount: 0 })
  } catch (cause) {
    throw new CityError('MAPPING_INVALID', `The mapping is not YAML: ${(cause as Error).message.split('\n')[0]}`)
  }
  if (Value.Check(schema, value)) return value
  throw invalid([...Value.Errors(schema, value)].flatMap(faultOf))
}

/** One difference of the file's shape, in words. */
function faultOf(error: { instancePath: string; keyword: string; message: string; params: object }): string[] {
  if (error.keyword === 'boolean') return []
  const { additionalProperties: unknown } = error.params as { additionalProperties?: string[] }
  const place = error.instancePath.slice(1).replaceAll('/', '.')
  const where = place === '' ? '' : `in "${place}" `
  return [unknown === undefined ? `${where}${error.message}` : `${where}does not know ${unknown.map((name) => `"${name}"`).join(', ')}`]
}

function fieldsOf(given: Static<typeof schema>, stream: Stream, faults: string[]): ImportMapping['fields'] {
  const named: Record<string, string | null> = given.wide === undefined ? (given.fields ?? {}) : { [given.wide]: null }
  if (Object.keys(named).length === 0) faults.push('has no "fields": { property: column }')
  return Object.entries(named).flatMap(([name, column]) => {
    const property = stream.properties.find((p) => p.name === name)
    if (property === undefined) faults.push(`names "${name}", which ${stream.name} does not measure`)
    else if (property.label || (property.kind !== 'count' && property.kind !== 'gauge'))
      faults.push(`names "${name}", a ${property.kind}: what lies between its values is not in a file of windows`)
    else if (property.aggregates.length === 0) faults.push(`names "${name}", which is not aggregated`)
    else return [{ property, column, values: new Map(Object.entries(given.values?.[name] ?? {})) }]
    return []
  })
}

function fits(ms: number | null, { window }: Stream): boolean {
  return ms !== null && ms > 0 && ms % window.sizeMs === 0 && HOUR_MS % ms === 0
}

function isZone(zone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function invalid(faults: readonly string[]): CityError {
  return new CityError('MAPPING_INVALID', `The mapping is not usable:\n${faults.map((fault) => `  it ${fault}`).join('\n')}`)
}

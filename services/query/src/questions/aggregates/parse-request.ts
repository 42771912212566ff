import { durationMs, type Property, type Stream } from '@commonstream/schemas'
import Type, { type Static } from 'typebox'
import { readCursor, writeCursor } from '../cursor.ts'
import { type Every, everiesOf } from '../every.ts'
import type { Fault } from '../fault.ts'
import { type Range, readList, readParameters, readRange, readZone } from '../parameters.ts'
import { stepEnd, stepStart, stepsBetween } from '../steps.ts'
import type { DatedSensor } from '../register.ts'
import { inService } from './groups.ts'
import type { RowPlace } from './page.ts'
import type { AggregateRequest } from './request.ts'

/** Longest answer in one page. */
export const MAX_ROWS = 10_000

export const AggregateParameters = Type.Object(
  {
    property: Type.String({
      description: 'A property of the stream. Several of kind count, separated by commas, are added up.',
      maxLength: 500,
    }),
    sensor: Type.Optional(Type.String({ description: 'Ids of sensors, separated by commas; all without it.', maxLength: 4_000 })),
    from: Type.Optional(
      Type.String({ description: 'RFC 3339 with offset; rounds down to a step. A day before `to` without it.', maxLength: 40 }),
    ),
    to: Type.Optional(Type.String({ description: 'RFC 3339 with offset; rounds up to a step. The present without it.', maxLength: 40 })),
    every: Type.Optional(
      Type.String({
        description: "The stream's window (the default), PT1H, P1D or P7D (weeks from Monday): local hours, days and weeks of `tz`.",
        maxLength: 20,
      }),
    ),
    tz: Type.Optional(Type.String({ description: "Time zone of the IANA database; the stream's without it.", maxLength: 64 })),
    by: Type.Enum(['sensor', 'zone', 'all'], { description: 'What a row is about.', default: 'sensor' }),
    format: Type.Enum(['json', 'csv'], {
      description: 'csv (RFC 4180) streams the whole answer where no limit is given.',
      default: 'json',
    }),
    view: Type.Enum(['public', 'internal'], {
      description: 'internal: exact values for operations; of protected streams those of the last 24 hours.',
      default: 'public',
    }),
    limit: Type.Optional(Type.Integer({ description: 'Rows of a page; 1000 without it.', minimum: 1, maximum: MAX_ROWS })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before.', maxLength: 300 })),
  },
  { additionalProperties: false },
)

export type AggregateParameters = Static<typeof AggregateParameters>

/** A checked request with what shapes its answer. */
export interface ParsedAggregates {
  readonly request: AggregateRequest
  readonly format: 'json' | 'csv'
  /** Null: all rows. */
  readonly limit: number | null
  readonly after: RowPlace | null
  /** The question without its place: what cursors and caches know it by. */
  readonly question: string
}

/**
 * Checks the parameters of a question about aggregates; every fault is told at once.
 * @param register the sensors that exist: the contract's, or those seen in a stream that is open
 * @param now the city's present, epoch ms
 */
export function parseAggregates(
  stream: Stream,
  register: readonly DatedSensor[],
  raw: Readonly<Record<string, unknown>>,
  now: number,
): { parsed: ParsedAggregates | null; faults: Fault[] } {
  const { values, faults } = readParameters(AggregateParameters, raw)
  const note = (fault: Fault | null) => void (fault !== null && faults.push(fault))
  const properties = readProperties(stream, values.property, note)
  const sensors = readSensors(register, values.sensor, note)
  const every = readEvery(stream, values.every, note)
  const zone = readZone('tz', values.tz ?? stream.time.zone)
  if ('fault' in zone) note(zone.fault)
  const given = readRange(values, now)
  faults.push(...given.faults)
  if (faults.length > 0 || every === null || 'fault' in zone) return { parsed: null, faults }
  const range = roundOut(given.range, every, zone.value)
  note(misalignment(stream, range, every, zone.value))
  const { by = 'sensor', view = 'public', format = 'json' } = values
  if (view === 'public' && stream.publish?.history === 'zone') faults.push(...singled(stream, by, values.sensor))
  const all = values.sensor === undefined
  const request: AggregateRequest = {
    stream,
    properties,
    every,
    zone: zone.value,
    by,
    sensors: all ? sensors.filter((s) => !s.left || inService(s, range.from, range.to, stream.time.zone)) : sensors,
    all,
    range,
    view,
  }
  const question = JSON.stringify([stream.name, properties.map((p) => p.name), every.name, zone.value, by, view, values.sensor ?? null])
  const after = values.cursor === undefined ? null : readPlace(question, values.cursor, range, note)
  if (faults.length > 0) return { parsed: null, faults }
  return { parsed: { request, format, limit: values.limit ?? (format === 'csv' ? null : 1_000), after, question }, faults }
}

/** The cursor of the page after a row. */
export function aggregatesCursor(question: string, place: RowPlace): string {
  return writeCursor(question, place)
}

/** Where history is of groups, the public may not choose sensors: neither one, nor those that make the difference. */
function singled({ name }: Stream, by: string, sensor: string | undefined): Fault[] {
  const faults: Fault[] = []
  if (by === 'sensor')
    faults.push({ parameter: 'by', detail: `must be zone or all: of ${name} the public has no history of single sensors` })
  if (sensor !== undefined)
    faults.push({ parameter: 'sensor', detail: `may not be chosen: of ${name} the public has history of whole zones` })
  return faults
}

type Note = (fault: Fault) => void

function readProperties(stream: Stream, text: string | undefined, note: Note): Property[] {
  if (text === undefined) return []
  const askable = stream.properties.filter((p) => p.aggregates.length > 0)
  const names = readList(text)
  const properties = names.flatMap((name) => askable.find((p) => p.name === name) ?? [])
  const fault = (detail: string) => note({ parameter: 'property', detail })
  if (properties.length < names.length || names.length === 0) fault(`must be of ${stream.name}: ${askable.map((p) => p.name).join(', ')}`)
  const [first] = properties
  if (
    properties.length > 1 &&
    properties.some(
      (p) => p.kind !== 'count' || p.unit !== first?.unit || p.resolution !== first.resolution || !p.aggregates.includes('sum'),
    )
  ) {
    fault('several properties are added up, which only counts of one unit can be')
  }
  return properties
}

function readSensors(register: readonly DatedSensor[], text: string | undefined, note: Note): DatedSensor[] {
  const sorted = register.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (text === undefined) return sorted
  const ids = new Set(readList(text))
  const sensors = sorted.filter((sensor) => ids.delete(sensor.id))
  if (ids.size > 0) note({ parameter: 'sensor', detail: `is not registered: ${[...ids].slice(0, 10).join(', ')}` })
  if (sensors.length === 0 && ids.size === 0) note({ parameter: 'sensor', detail: 'names no sensor' })
  return sensors
}

function readEvery(stream: Stream, text: string | undefined, note: Note): Every | null {
  const everies = everiesOf(stream)
  const every = text === undefined ? everies[0] : everies.find((one) => one.name === text)
  if (every !== undefined) return every
  const ms = text === undefined ? null : durationMs(text)
  const finer = ms !== null && ms < stream.window.sizeMs ? "is finer than the stream's windows; " : ''
  note({ parameter: 'every', detail: `${finer}must be one of ${everies.map((one) => one.name).join(', ')}` })
  return null
}

function roundOut({ from, to }: Range, every: Every, zone: string): Range {
  const last = stepStart(to, every, zone)
  return { from: stepStart(from, every, zone), to: last === to ? to : stepEnd(last, every, zone) }
}

/** Local hours and days can be made of windows only where they begin with one. */
function misalignment(stream: Stream, range: Range, every: Every, zone: string): Fault | null {
  const size = stream.window.sizeMs
  const until = every.kind === 'hour' ? range.from + 1 : range.to
  for (const { start, end } of stepsBetween(range.from, until, every, zone)) {
    if (start % size !== 0 || end % size !== 0)
      return {
        parameter: 'tz',
        detail: `its ${every.kind}s do not begin with the stream's windows; ask for every=${everiesOf(stream)[0]!.name}`,
      }
  }
  return null
}

function readPlace(question: string, cursor: string, range: Range, note: Note): RowPlace | null {
  const read = readCursor(question, cursor, ['number', 'string'])
  if ('fault' in read) {
    note(read.fault)
    return null
  }
  const [step, group] = read.value as RowPlace
  if (step >= range.from && step < range.to) return [step, group]
  note({ parameter: 'cursor', detail: 'lies outside the range asked for' })
  return null
}

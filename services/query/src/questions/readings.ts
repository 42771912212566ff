import { type Sensor, type Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import Type from 'typebox'
import { readCursor, writeCursor } from './cursor.ts'
import type { Fault } from './fault.ts'
import { valuesOf } from './latest.ts'
import { utc } from './local-time.ts'
import type { Figure } from './newest.ts'
import { type Range, readParameters, readRange } from './parameters.ts'
import type { Question } from './question.ts'

const DAY_MS = 86_400_000
/** Longest range without a sensor: the table is sorted by sensor first. */
const LONGEST_OF_ALL_MS = 7 * DAY_MS

export const ReadingParameters = Type.Object(
  {
    sensor: Type.Optional(Type.String({ description: 'Id of a sensor; without it the range is at most 7 days.', maxLength: 100 })),
    from: Type.Optional(Type.String({ description: 'RFC 3339 with offset. A day before `to` without it.', maxLength: 40 })),
    to: Type.Optional(Type.String({ description: 'RFC 3339 with offset; not included. The present without it.', maxLength: 40 })),
    format: Type.Enum(['json', 'csv'], {
      default: 'json',
      description: 'csv (RFC 4180) streams the whole answer where no limit is given.',
    }),
    view: Type.Enum(['public', 'internal'], {
      default: 'public',
      description: 'internal: for operations; of protected streams the last 24 hours.',
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'Rows of a page; 1000 without it.' })),
    cursor: Type.Optional(Type.String({ maxLength: 400, description: '`next` of the page before.' })),
  },
  { additionalProperties: false },
)

/** The place of a reading in the order of answers: sensor, instant (epoch ms), event id. */
export type ReadingPlace = readonly [sensor: string, at: number, id: string]

export interface ReadingsRequest {
  readonly stream: Stream
  readonly sensor: string | null
  readonly range: Range
  readonly view: 'public' | 'internal'
  readonly format: 'json' | 'csv'
  /** Null: all rows. */
  readonly limit: number | null
  readonly after: ReadingPlace | null
  readonly question: string
}

/** Checks the parameters of a question about readings; every fault is told at once. */
export function parseReadings(
  stream: Stream,
  register: readonly Sensor[],
  raw: Readonly<Record<string, unknown>>,
  now: number,
): { request: ReadingsRequest | null; faults: Fault[] } {
  const { values, faults } = readParameters(ReadingParameters, raw)
  const { range, faults: rangeFaults } = readRange(values, now)
  faults.push(...rangeFaults)
  const sensor = values.sensor ?? null
  if (sensor !== null && !register.some((one) => one.id === sensor)) faults.push({ parameter: 'sensor', detail: 'is not registered' })
  if (sensor === null && range.to - range.from > LONGEST_OF_ALL_MS)
    faults.push({ parameter: 'from', detail: 'lies more than 7 days before to: name a sensor, or ask for less at a time' })
  const question = JSON.stringify(['readings', stream.name, sensor, values.view])
  const cursor = values.cursor === undefined ? null : readCursor(question, values.cursor, ['string', 'number', 'string'])
  if (cursor !== null && 'fault' in cursor) faults.push(cursor.fault)
  if (faults.length > 0) return { request: null, faults }
  const { view = 'public', format = 'json' } = values
  const after = cursor !== null && 'value' in cursor ? (cursor.value as unknown as ReadingPlace) : null
  return {
    request: { stream, sensor, range, view, format, limit: values.limit ?? (format === 'csv' ? null : 1_000), after, question },
    faults,
  }
}

/** A reading as the store has it; `at` in epoch ms. */
export interface Reading {
  readonly place: ReadingPlace
  readonly clamped: boolean
  readonly figures: readonly Figure[]
}

/** The readings of a request after a place, at most `limit`, in the order of the table's key. */
export function readingsQuestion({ stream, sensor, range }: ReadingsRequest, after: ReadingPlace | null, limit: number): Question<Reading> {
  const only = sensor === null ? '' : ' AND sensor = {sensor:String}'
  const rest =
    after === null
      ? ''
      : ' AND (sensor, at, toString(event_id)) > ({lastSensor:String}, fromUnixTimestamp64Milli({lastAt:Int64}), {lastId:String})'
  const start = after !== null && sensor === null ? ' AND sensor >= {lastSensor:String}' : ''
  return {
    name: 'readings',
    sql: `SELECT sensor, toUnixTimestamp64Milli(at), toString(event_id) AS id, clamped, ${stream.properties.map((p) => quoted(p.name)).join(', ')}
FROM ${quoted(`${stream.table}_readings`)} FINAL
WHERE at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})${only}${start}${rest}
ORDER BY sensor, at, id LIMIT {limit:UInt32}`,
    params: {
      from: range.from,
      to: range.to,
      limit,
      ...(sensor === null ? {} : { sensor }),
      ...(after === null ? {} : { lastSensor: after[0], lastAt: after[1], lastId: after[2] }),
    },
    read: ([of, at, id, clamped, ...figures]) => ({
      place: [of as string, at as number, id as string],
      clamped: clamped === true,
      figures: figures as Figure[],
    }),
  }
}

/** A reading for readers: declared units, keys in the order of CSV's columns. */
export function readingRow(stream: Stream, { place, clamped, figures }: Reading): Record<string, Figure | boolean> {
  return { sensor: place[0], at: utc(place[1]), clamped, ...valuesOf(stream.properties, figures) }
}

/** The cursor of the page after a reading. */
export function readingsCursor(question: string, place: ReadingPlace): string {
  return writeCursor(question, place)
}

import type { City, Property, Stream } from '../contract/stream.ts'
import { type Column, readingColumn, stateColumns, valueColumns } from './columns.ts'
import { keepsPoints } from './keeps-points.ts'
import { sharedTables } from './shared-tables.ts'
import { type TableSpec, tableSpec } from './table-spec.ts'

const col = (name: string, type: string): Column => ({ name, type })
const DAY_MS = 86_400_000
const seconds = (ms: number) => `toIntervalSecond(${Math.round(ms / 1000)})`

/**
 * Every table of the database `city` (docs/architecture.md): those of each stream and the shared ones.
 * `ttl: false` leaves expiry out, for a replay of days gone by.
 */
export function tablesOf(city: Pick<City, 'streams'>, options: { ttl: boolean }): TableSpec[] {
  return [...city.streams.flatMap((stream) => streamTables(stream, options.ttl)), ...sharedTables(city.streams, options.ttl)]
}

function streamTables(stream: Stream, ttl: boolean): TableSpec[] {
  const tables = [readings(stream, ttl), partials(stream, ttl), windows(stream, ttl)]
  if (stream.properties.some(keepsPoints)) tables.push(carries(stream, ttl))
  if (stream.disclosure === null) tables.push(latest(stream, ttl))
  return tables
}

function eventColumns(properties: readonly Property[]): Column[] {
  return [
    col('sensor', 'LowCardinality(String)'),
    col('at', 'DateTime64(3)'),
    col('event_id', 'UUID'),
    col('clamped', 'Bool'),
    ...properties.map(readingColumn),
  ]
}

function readings(stream: Stream, ttl: boolean): TableSpec {
  return tableSpec({
    name: `${stream.table}_readings`,
    columns: [...eventColumns(stream.properties), col('partition', 'UInt16'), col('offset', 'UInt64'), col('appended', 'DateTime64(3)')],
    version: 'offset',
    orderBy: ['sensor', 'at', 'event_id'],
    partitionBy: 'toYYYYMM(at)',
    ttl: ttl ? `toDateTime(at) + ${seconds(stream.retention.readingsMs)}` : null,
  })
}

function partials(stream: Stream, ttl: boolean): TableSpec {
  return tableSpec({
    name: `${stream.table}_partials`,
    columns: [
      col('sensor', 'LowCardinality(String)'),
      col('window', 'DateTime'),
      col('size', 'UInt32'),
      col('partition', 'UInt16'),
      col('chunk', 'UInt64'),
      col('version', 'UInt64'),
      col('count', 'UInt32'),
      col('late', 'UInt32'),
      col('clamped', 'UInt32'),
      ...stream.properties.flatMap(stateColumns),
    ],
    version: 'version',
    orderBy: ['sensor', 'window', 'size', 'partition', 'chunk'],
    partitionBy: 'toYYYYMM(window)',
    ttl: ttl ? `window + ${seconds(stream.retention.partialsMs)}` : null,
  })
}

function windows(stream: Stream, ttl: boolean): TableSpec {
  return tableSpec({
    name: `${stream.table}_windows`,
    columns: [
      col('window', 'DateTime'),
      col('size', 'UInt32'),
      col('sensor', 'LowCardinality(String)'),
      col('rev', 'UInt64'),
      col('status', "Enum8('ok' = 0, 'no_data' = 1)"),
      col('origin', "Enum8('closed' = 0, 'late' = 1, 'imported' = 2)"),
      col('bridges', 'UInt8'),
      col('policy', 'UInt16'),
      col('noise_sd', 'Float64'),
      col('count', 'Nullable(UInt32)'),
      ...stream.properties.flatMap(valueColumns),
    ],
    version: 'rev',
    orderBy: ['window', 'size', 'sensor'],
    partitionBy: 'toYYYYMM(window)',
    ttl: ttl ? `window + ${seconds(stream.retention.windowsMs)}` : null,
  })
}

/** The last point of each sensor and property before the open windows, as each chunk left it: read at resume. */
function carries(stream: Stream, ttl: boolean): TableSpec {
  return tableSpec({
    name: `${stream.table}_carries`,
    columns: [
      col('partition', 'UInt16'),
      col('chunk', 'UInt64'),
      col('version', 'UInt64'),
      col('sensor', 'LowCardinality(String)'),
      col('property', 'LowCardinality(String)'),
      col('at', 'DateTime64(3)'),
      col('value', 'String'),
      col('id', 'UUID'),
      col('appended', 'DateTime64(3)'),
    ],
    version: 'version',
    orderBy: ['partition', 'chunk', 'sensor', 'property'],
    partitionBy: 'toYYYYMM(appended)',
    // Nobody resumes at a chunk that has left its topic.
    ttl: ttl ? `toDateTime(appended) + ${seconds(stream.retention.topicMs + DAY_MS)}` : null,
  })
}

/** The newest event is a published figure; of a personal stream it is a reading. */
function latest(stream: Stream, ttl: boolean): TableSpec {
  const { readingsMs, windowsMs } = stream.retention
  const keptMs = stream.personalData === 'none' ? windowsMs : readingsMs
  return tableSpec({
    name: `${stream.table}_latest`,
    columns: [...eventColumns(stream.properties), col('version', 'UInt64')],
    version: 'version',
    orderBy: ['sensor'],
    partitionBy: null,
    ttl: ttl ? `toDateTime(at) + ${seconds(keptMs)}` : null,
  })
}

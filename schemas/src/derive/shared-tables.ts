import type { Stream } from '../contract/stream.ts'
import type { Column } from './columns.ts'
import { type TableShape, type TableSpec, tableSpec } from './table-spec.ts'

const col = (name: string, type: string, extra?: string): Column => (extra === undefined ? { name, type } : { name, type, extra })
const label = (name: string) => col(name, 'LowCardinality(String)')
const counts = (names: string[], type: string) => names.map((name) => col(name, type))

const PLACE = [col('partition', 'UInt16'), col('chunk', 'UInt64')]

/** Refused messages are kept as long as their topic keeps them. */
const QUARANTINE_SECONDS = 30 * 86_400

/**
 * The tables that all streams share (docs/architecture.md). Accounting counts records per sensor and hour: of protected
 * streams it expires with the partials (protocol section 8.7). Alerts hold figures of their streams and go with them.
 */
export function sharedTables(streams: readonly Stream[], ttl: boolean): TableSpec[] {
  const accounting = streams
    .filter((s) => s.disclosure !== null)
    .map((s) => `hour + toIntervalSecond(${Math.round(s.retention.partialsMs / 1000)}) WHERE stream = '${s.name}'`)
  const alerts = streams.map(
    (s) => `toDateTime(at) + toIntervalSecond(${Math.round(s.retention.windowsMs / 1000)}) WHERE stream = '${s.name}'`,
  )
  const expiry: Record<string, string | null> = {
    accounting: accounting.length === 0 ? null : accounting.join(', '),
    alerts: alerts.join(', '),
    quarantine: `toDateTime(at) + toIntervalSecond(${QUARANTINE_SECONDS})`,
  }
  return SHAPES.map((shape) => tableSpec({ ...shape, ttl: ttl ? (expiry[shape.name] ?? null) : null }))
}

const SHAPES: readonly Omit<TableShape, 'ttl'>[] = [
  {
    name: 'ledger',
    columns: [
      label('stream'),
      ...PLACE,
      col('version', 'UInt64'),
      col('last', 'UInt64'),
      col('complete', 'Bool'),
      col('algorithm', 'UInt16'),
      ...counts(['records', 'stored', 'duplicates', 'rejected', 'late', 'clamped'], 'UInt64'),
      col('ids', 'UUID'),
      col('documents', 'String'),
      col('watermark', 'String'),
      col('watermark_at', 'Nullable(DateTime64(3))'),
      col('open_count', 'UInt64'),
      col('open_hash', 'String'),
      col('state_count', 'UInt64'),
      col('state_hash', 'String'),
      col('carry_count', 'UInt64'),
      col('carry_hash', 'String'),
      col('keys', 'String'),
      col('last_id', 'String'),
      col('appended', 'DateTime64(3)'),
      col('written', 'DateTime64(3)', 'DEFAULT now64(3)'),
    ],
    version: 'version',
    orderBy: ['stream', 'partition', 'chunk'],
    partitionBy: null,
  },
  {
    name: 'accounting',
    columns: [
      label('stream'),
      label('sensor'),
      col('hour', 'DateTime'),
      ...PLACE,
      col('version', 'UInt64'),
      ...counts(['records', 'stored', 'duplicate', 'rejected', 'late', 'clamped'], 'UInt32'),
    ],
    version: 'version',
    orderBy: ['stream', 'hour', 'sensor', 'partition', 'chunk'],
    partitionBy: null,
  },
  {
    name: 'alerts',
    columns: [
      label('stream'),
      label('rule'),
      col('rule_version', 'UInt16'),
      label('subject'),
      col('incident', 'UUID'),
      col('transition', "Enum8('firing' = 1, 'resolved' = 2)"),
      col('alert_id', 'UUID'),
      label('severity'),
      col('title', 'String'),
      col('at', 'DateTime64(3)'),
      col('values', 'String'),
      col('internal', 'Bool'),
      col('partition', 'UInt16'),
      col('offset', 'UInt64'),
    ],
    version: null,
    orderBy: ['stream', 'rule', 'subject', 'incident', 'transition'],
    partitionBy: null,
  },
  {
    name: 'alert_states',
    columns: [label('stream'), ...PLACE, col('version', 'UInt64'), label('rule'), label('subject'), col('state', 'String')],
    version: 'version',
    orderBy: ['stream', 'partition', 'chunk', 'rule', 'subject'],
    partitionBy: null,
  },
  {
    name: 'acknowledgements',
    columns: [col('incident', 'UUID'), col('at', 'DateTime64(3)'), col('by', 'String'), col('note', 'String')],
    version: null,
    orderBy: ['incident', 'at'],
    partitionBy: null,
  },
  {
    name: 'sensors',
    columns: [
      label('stream'),
      label('sensor'),
      col('valid_from', 'Date'),
      col('name', 'String'),
      col('zone', 'Nullable(String)'),
      col('gateway', 'Nullable(String)'),
      col('lon', 'Nullable(Float64)'),
      col('lat', 'Nullable(Float64)'),
      label('place'),
      col('every', 'UInt32'),
      col('device', 'Nullable(String)'),
      col('aliases', 'Array(String)'),
      col('details', 'String'),
      col('installed', 'Nullable(String)'),
      col('removed', 'Nullable(String)'),
      col('version', 'UInt64'),
    ],
    version: 'version',
    orderBy: ['stream', 'sensor', 'valid_from'],
    partitionBy: null,
  },
  {
    name: 'decisions',
    columns: [
      label('stream'),
      col('number', 'UInt32'),
      label('decision'),
      col('decided', 'Date'),
      col('by', 'String'),
      col('reference', 'Nullable(String)'),
      col('review', 'Nullable(Date)'),
      col('reason', 'Nullable(String)'),
      col('scope', 'String'),
      col('recorded', 'DateTime64(3)'),
      col('previous', 'String'),
      col('digest', 'String'),
    ],
    version: null,
    orderBy: ['stream', 'number'],
    partitionBy: null,
  },
  {
    name: 'quarantine',
    columns: [
      col('partition', 'UInt16'),
      col('offset', 'UInt64'),
      label('stream'),
      label('sensor'),
      label('reason'),
      col('at', 'DateTime64(3)'),
      col('source', 'String'),
      col('bytes', 'String'),
      col('length', 'UInt64'),
      col('sha256', 'String'),
    ],
    version: null,
    orderBy: ['partition', 'offset'],
    partitionBy: null,
  },
  {
    name: 'data_gaps',
    columns: [
      label('stream'),
      col('partition', 'UInt16'),
      col('from_offset', 'UInt64'),
      col('to_offset', 'UInt64'),
      col('reason', 'String'),
      col('at', 'DateTime64(3)'),
    ],
    version: null,
    orderBy: ['stream', 'partition', 'from_offset', 'to_offset'],
    partitionBy: null,
  },
  {
    name: 'flush_intents',
    columns: [
      label('stream'),
      col('partition', 'UInt16'),
      col('chunk', 'UInt64'),
      col('owner', 'String'),
      col('last', 'UInt64'),
      col('last_id', 'String'),
    ],
    version: 'last',
    orderBy: ['stream', 'partition', 'chunk', 'owner'],
    partitionBy: null,
  },
]

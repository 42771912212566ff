import { tableOf, type FoldDocument, type Stream } from '@commonstream/schemas'
import { stateNames, valueNames } from './figure-columns.ts'

/** A table of the store and the columns that the worker writes, in writing order. */
export interface Target {
  readonly table: string
  readonly columns: readonly string[]
  /** Table and columns as one text, where a table is written with several sets of columns. */
  readonly key?: string
}

export interface StreamTargets {
  readonly readings: Target
  readonly partials: Target
  readonly windows: Target
  readonly latest: Target
  /** Of streams with counters or states. */
  readonly carries: Target
}

/** Where a stream's rows go. */
export function targetsOf(stream: Pick<Stream, 'name'>, properties: FoldDocument['properties']): StreamTargets {
  const table = tableOf(stream.name)
  const names = properties.map((p) => p.name)
  const targets: StreamTargets = {
    readings: { table: `${table}_readings`, columns: ['sensor', 'at', 'event_id', 'clamped', ...names, 'partition', 'offset', 'appended'] },
    partials: {
      table: `${table}_partials`,
      columns: ['sensor', 'window', 'size', 'partition', 'chunk', 'version', 'count', 'late', 'clamped', ...stateNames(properties)],
    },
    windows: {
      table: `${table}_windows`,
      columns: ['window', 'size', 'sensor', 'rev', 'status', 'origin', 'bridges', 'policy', 'noise_sd', 'count', ...valueNames(properties)],
    },
    latest: { table: `${table}_latest`, columns: ['sensor', 'at', 'event_id', 'clamped', ...names, 'version'] },
    carries: {
      table: `${table}_carries`,
      columns: ['partition', 'chunk', 'version', 'sensor', 'property', 'at', 'value', 'id', 'appended'],
    },
  }
  const keyed = (target: Target): Target => ({ ...target, key: `${target.table} ${target.columns.join()}` })
  const { readings, partials, windows, latest } = targets
  return { ...targets, readings: keyed(readings), partials: keyed(partials), windows: keyed(windows), latest: keyed(latest) }
}

export const ACCOUNTING: Target = {
  table: 'accounting',
  columns: ['stream', 'sensor', 'hour', 'partition', 'chunk', 'version', 'records', 'stored', 'duplicate', 'rejected', 'late', 'clamped'],
}

export const ALERTS: Target = {
  table: 'alerts',
  columns: [
    'stream',
    'rule',
    'rule_version',
    'subject',
    'incident',
    'transition',
    'alert_id',
    'severity',
    'title',
    'at',
    'values',
    'internal',
    'partition',
    'offset',
  ],
}

export const ALERT_STATES: Target = {
  table: 'alert_states',
  columns: ['stream', 'partition', 'chunk', 'version', 'rule', 'subject', 'state'],
}

export const LEDGER: Target = {
  table: 'ledger',
  columns: [
    ...[
      'stream',
      'partition',
      'chunk',
      'version',
      'last',
      'complete',
      'algorithm',
      'records',
      'stored',
      'duplicates',
      'rejected',
      'late',
      'clamped',
      'ids',
    ],
    ...['documents', 'watermark', 'watermark_at', 'open_count', 'open_hash', 'state_count', 'state_hash', 'carry_count', 'carry_hash'],
    ...['keys', 'last_id', 'appended'],
  ],
}

export const INTENTS: Target = { table: 'flush_intents', columns: ['stream', 'partition', 'chunk', 'owner', 'last', 'last_id'] }

export const DATA_GAPS: Target = { table: 'data_gaps', columns: ['stream', 'partition', 'from_offset', 'to_offset', 'reason', 'at'] }

export const QUARANTINE: Target = {
  table: 'quarantine',
  columns: ['partition', 'offset', 'stream', 'sensor', 'reason', 'at', 'source', 'bytes', 'length', 'sha256'],
}

/** `INSERT INTO …` without its format. */
export function insertInto({ table, columns }: Target): string {
  return `INSERT INTO city.${table} (${columns.map((c) => `\`${c}\``).join(', ')})`
}

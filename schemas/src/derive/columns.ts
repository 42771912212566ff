import type { Aggregate, Property } from '../contract/stream.ts'
import { keepsPoints } from './keeps-points.ts'

/** What columns follow from: a contract's properties and a fold document's have it. */
type Folded = Pick<Property, 'name' | 'kind' | 'aggregates' | 'label'>

export interface Column {
  readonly name: string
  /** ClickHouse type. */
  readonly type: string
  /** Written behind the type in the DDL (a default). */
  readonly extra?: string
}

/**
 * The column of a property in readings and latest: an integer in units of its resolution, or a label. Null also where
 * events cannot lack it: those of a time before it was measured, or after it was retired, do.
 */
export function readingColumn(property: Property): Column {
  return { name: property.name, type: `Nullable(${property.label ? 'String' : 'Int64'})` }
}

/** The columns of a property's state in `<t>_partials`: what two partials need to be merged. */
export function stateColumns(property: Folded): Column[] {
  if (!keepsPoints(property)) return aggregateColumns(property, (type) => type, true)
  const value = property.label ? 'String' : 'Int64'
  return [
    { name: `${property.name}_count`, type: 'UInt32' },
    { name: `${property.name}_points`, type: `Array(Tuple(at DateTime64(3), value ${value}, id UUID))` },
  ]
}

/**
 * The columns of a property's figures in `<t>_windows`: nullable, because a protected release has the sum alone. Of a
 * counter `sum` is what it counted up, `resets` how often it began anew and `unknown` how many of its points had none
 * before them; of a state `duration` is milliseconds and `arrivals` transitions, by label or code.
 */
export function valueColumns(property: Folded): Column[] {
  const { name, aggregates, label } = property
  if (!keepsPoints(property)) return aggregateColumns(property, nullable, false)
  const has = (aggregate: Aggregate) => aggregates.includes(aggregate)
  const column = (figure: string, type: string): Column => ({ name: `${name}_${figure}`, type })
  return [
    column('count', 'Nullable(UInt32)'),
    ...(has('sum') ? [column('sum', 'Nullable(Int64)'), column('resets', 'Nullable(UInt32)'), column('unknown', 'Nullable(UInt32)')] : []),
    ...(has('duration') ? [column('duration', 'Map(String, UInt64)')] : []),
    ...(has('arrivals') ? [column('arrivals', 'Map(String, UInt32)')] : []),
    // What comes in later windows counts from it, so the last value is always kept.
    column('last', `Nullable(${label ? 'String' : 'Int64'})`),
    column('last_at', 'Nullable(DateTime64(3))'),
  ]
}

function nullable(type: string): string {
  return type.startsWith('Nullable') ? type : `Nullable(${type})`
}

function aggregateColumns(property: Folded, wrap: (type: string) => string, identity: boolean): Column[] {
  const { name, aggregates } = property
  if (property.label) return []
  const columns: Column[] = [{ name: `${name}_count`, type: wrap('UInt32') }]
  if (aggregates.includes('sum') || aggregates.includes('mean')) columns.push({ name: `${name}_sum`, type: wrap('Int64') })
  if (aggregates.includes('min')) columns.push({ name: `${name}_min`, type: wrap('Nullable(Int64)') })
  if (aggregates.includes('max')) columns.push({ name: `${name}_max`, type: wrap('Nullable(Int64)') })
  if (aggregates.includes('last')) {
    columns.push({ name: `${name}_last`, type: wrap('Nullable(Int64)') }, { name: `${name}_last_at`, type: wrap('DateTime64(3)') })
    if (identity) columns.push({ name: `${name}_last_id`, type: wrap('UUID') })
  }
  return columns
}

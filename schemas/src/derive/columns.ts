import type { Property } from '../contract/stream.ts'

export interface Column {
  readonly name: string
  /** ClickHouse type. */
  readonly type: string
  /** Written behind the type in the DDL (a default). */
  readonly extra?: string
}

/** The column of a property in readings and latest: an integer in units of its resolution, or a label. */
export function readingColumn(property: Property): Column {
  const type = property.label ? 'String' : 'Int64'
  return { name: property.name, type: property.nullable ? `Nullable(${type})` : type }
}

/** The columns of a property's state in `<t>_partials`: what two partials need to be merged. */
export function stateColumns(property: Property): Column[] {
  return aggregateColumns(property, (type) => type, true)
}

/** The columns of a property's figures in `<t>_windows`: nullable, because a protected release has the sum alone. */
export function valueColumns(property: Property): Column[] {
  return aggregateColumns(property, (type) => (type.startsWith('Nullable') ? type : `Nullable(${type})`), false)
}

function aggregateColumns(property: Property, wrap: (type: string) => string, identity: boolean): Column[] {
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

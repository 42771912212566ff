import type { Column } from './columns.ts'
import { DATABASE } from './names.ts'

export interface TableSpec {
  readonly name: string
  readonly columns: readonly Column[]
  readonly orderBy: readonly string[]
  /** TTL: when rows expire, null for never. */
  readonly ttl: string | null
  /** CREATE TABLE IF NOT EXISTS in the database `city`. */
  readonly ddl: string
}

export interface TableShape {
  readonly name: string
  readonly columns: readonly Column[]
  /** Column of ReplacingMergeTree; null: any of the equal rows. */
  readonly version: string | null
  readonly orderBy: readonly string[]
  readonly partitionBy: string | null
  readonly ttl: string | null
}

/**
 * The DDL of a table. All are ReplacingMergeTree: a row that is written again replaces itself, so inserts are not
 * deduplicated by block (a re-sent block would be dropped although a later one had replaced it).
 */
export function tableSpec(shape: TableShape): TableSpec {
  const { name, columns, version, orderBy, partitionBy, ttl } = shape
  const lines = columns.map((c) => `  ${quoted(c.name)} ${c.type}${c.extra === undefined ? '' : ` ${c.extra}`}`)
  const ddl = [
    `CREATE TABLE IF NOT EXISTS ${DATABASE}.${quoted(name)} (`,
    lines.join(',\n'),
    `) ENGINE = ReplacingMergeTree${version === null ? '' : `(${quoted(version)})`}`,
    ...(partitionBy === null ? [] : [`PARTITION BY ${partitionBy}`]),
    `ORDER BY (${orderBy.map(quoted).join(', ')})`,
    ...(ttl === null ? [] : [`TTL ${ttl}`]),
    'SETTINGS non_replicated_deduplication_window = 0',
  ].join('\n')
  return { name, columns, orderBy, ttl, ddl }
}

/** An identifier in backquotes: names of properties are checked at load, but `window` and `offset` are words of SQL. */
export function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/i.test(name)) throw new Error(`"${name}" cannot name a table or column`)
  return `\`${name}\``
}

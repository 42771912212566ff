import { maskLiterals } from './mask-literals.ts'
import { StoreError } from './store-error.ts'

/** `INSERT INTO t (…) SETTINGS … FORMAT F <data>`, taken apart. `settings` is the clause with its keyword, or empty. */
export interface InsertText {
  readonly head: string
  readonly settings: string
  readonly format: string
  readonly data: string
}

/** An SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A quoted identifier. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

/** Takes an INSERT with inline data apart; null for every other statement (INSERT … SELECT and … VALUES included). */
export function splitInsert(sql: string): InsertText | null {
  const masked = maskLiterals(sql)
  if (!/^\s*INSERT\s/i.test(masked)) return null
  const format = /\sFORMAT\s+(\w+)[ \t]*;?[ \t]*(\r?\n)?/i.exec(masked)
  if (format?.[1] === undefined) return null
  const before = masked.slice(0, format.index)
  if (/\b(SELECT|VALUES|INFILE)\b/i.test(before)) return null
  const headEnd = /\sSETTINGS\s[\s\S]*$/i.exec(before)?.index ?? format.index
  return {
    head: sql.slice(0, headEnd),
    settings: sql.slice(headEnd, format.index),
    format: format[1],
    data: sql.slice(format.index + format[0].length),
  }
}

/** Takes a trailing `FORMAT F` off a statement: the engine is given the format apart from the text. */
export function splitFormat(sql: string): { sql: string; format: string | null } {
  const found = /\sFORMAT\s+(\w+)(\s+SETTINGS\s[^;]*)?\s*;?\s*$/i.exec(maskLiterals(sql))
  if (found?.[1] === undefined) return { sql, format: null }
  const settingsLength = found[2]?.length ?? 0
  const settingsAt = found.index + found[0].indexOf(found[2] ?? '')
  return { sql: sql.slice(0, found.index) + sql.slice(settingsAt, settingsAt + settingsLength), format: found[1] }
}

/** Whether a statement only reads. */
export function isRead(sql: string): boolean {
  return /^[\s(]*(SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN)\b/i.test(maskLiterals(sql))
}

/** Whether a statement's rows may be sent while they are made. */
export function isSelect(sql: string): boolean {
  return /^[\s(]*(SELECT|WITH)\b/i.test(maskLiterals(sql))
}

/** The names of the `{name:Type}` parameters of a statement. */
export function placeholders(sql: string): string[] {
  return [...maskLiterals(sql).matchAll(/\{\s*(\w+)\s*:/g)].map((m) => m[1] ?? '')
}

/** What reads or writes outside the store: a real server confines these, the embedded engine does not. */
const OUTSIDE = new RegExp(
  [
    String.raw`\b(?:file|url|s3|gcs|hdfs|azureBlobStorage|iceberg\w*|deltaLake\w*|hudi|paimon\w*)(?:Cluster)?\s*\(`,
    String.raw`\b(?:remote|remoteSecure|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|executable|python|input)\s*\(`,
    String.raw`\bINTO\s+OUTFILE\b|\bFROM\s+INFILE\b`,
    String.raw`\bENGINE\s*=\s*(?:File|URL|S3|HDFS|MySQL|PostgreSQL|MongoDB|Redis|SQLite|ODBC|JDBC|Executable|Kafka|RabbitMQ|NATS|Azure)`,
  ].join('|'),
  'i',
)

/**
 * Refuses what one request may not hold: nothing, several statements, or a way to files and other servers.
 * @throws StoreError
 */
export function checkStatement(sql: string): void {
  const masked = maskLiterals(sql)
  if (masked.trim() === '') throw new StoreError(62, 'SYNTAX_ERROR', 'Empty query')
  if (/;\s*\S/.test(masked)) throw new StoreError(62, 'SYNTAX_ERROR', 'Multi-statements are not allowed')
  if (/^\s*(SET|USE)\b|\bTEMPORARY\b/i.test(masked)) {
    throw new StoreError(48, 'NOT_IMPLEMENTED', 'The embedded store keeps nothing between requests: give settings and database with each')
  }
  const outside = OUTSIDE.exec(masked)
  if (outside) throw new StoreError(497, 'ACCESS_DENIED', `The embedded store does not reach outside itself: "${outside[0]}"`)
}

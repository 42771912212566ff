import type { IncomingHttpHeaders } from 'node:http'
import { textOf } from './credentials.ts'
import { checkStatement, isRead, placeholders, splitFormat, splitInsert } from './sql-text.ts'
import { StoreError } from './store-error.ts'

/** One statement as the engine is to run it. */
export interface Statement {
  readonly sql: string
  /** Set for an INSERT whose rows come apart from the text: its `sql` lacks the place where they lie. */
  readonly insert: { readonly settings: string; readonly format: string } | null
  /** The format of the answer. */
  readonly format: string
  readonly settings: ReadonlyMap<string, string>
  readonly params: ReadonlyMap<string, string>
  readonly database: string
}

/** Parameters of the HTTP interface itself; every other one is a setting or, as `param_…`, a query parameter. */
const HTTP_ONLY = new Set([
  ...['query', 'database', 'default_format', 'query_id', 'user', 'password', 'role', 'quota_key', 'readonly', 'compress', 'decompress'],
  ...['session_id', 'session_timeout', 'session_check', 'wait_end_of_query', 'buffer_size', 'http_response_buffer_size'],
  ...['send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'enable_http_compression', 'http_zlib_compression_level'],
  ...['cancel_http_readonly_queries_on_client_close'],
])

/** Rows in the body of an INSERT named in the URL, as ClickHouse's clients send them: the text alone decides. */
export function takesRows(query: string): boolean {
  return splitInsert(query)?.data.trim() === ''
}

/**
 * What a request asks for.
 * @param sql the statement: the URL's `query`, or the body, or both on two lines; without the rows of an INSERT
 * @throws StoreError when the statement, a setting or a parameter is not acceptable
 */
export function parseRequest(method: string, url: URLSearchParams, headers: IncomingHttpHeaders, sql: string): Statement {
  const settings = new Map<string, string>()
  const params = new Map<string, string>()
  for (const [name, value] of url) {
    if (name.startsWith('param_')) params.set(wordOf(name.slice(6)), value)
    else if (!HTTP_ONLY.has(name)) settings.set(wordOf(name), value)
  }
  if (url.has('session_id')) throw new StoreError(48, 'NOT_IMPLEMENTED', 'The embedded store has no sessions')
  const insert = splitInsert(sql)
  const text = insert === null ? splitFormat(sql) : { sql: insert.head, format: null }
  checkStatement(text.sql)
  // The engine cannot undo `readonly`, so it is kept here; a GET only reads, as on a real server.
  const readonly = method === 'GET' || Number(url.get('readonly') ?? 0) > 0
  if (readonly && (insert !== null || !isRead(text.sql))) throw new StoreError(164, 'READONLY', 'Cannot execute query in readonly mode.')
  for (const name of placeholders(text.sql)) {
    // A session keeps parameters of earlier requests: one that this request lacks must not find them.
    if (!params.has(name)) throw new StoreError(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${name}\` is not set.`)
  }
  return {
    sql: text.sql,
    insert: insert && { settings: insert.settings, format: insert.format },
    format: text.format ?? textOf(headers, 'x-clickhouse-format') ?? url.get('default_format') ?? 'TabSeparated',
    settings,
    params,
    database: url.get('database') || textOf(headers, 'x-clickhouse-database') || 'default',
  }
}

function wordOf(name: string): string {
  if (!/^\w+$/.test(name)) throw new StoreError(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'.`)
  return name
}

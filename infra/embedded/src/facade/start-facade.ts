import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Session } from 'chdb'
import { isStreamable, sendError, sendStream, sendWhole, setSummary } from './answer.ts'
import { readBody, type Spooled, spoolBody, spoolText } from './body.ts'
import { checkCaller, checkCredentials, type Credentials, credentialsOf } from './credentials.ts'
import { parseRequest, type Statement, takesRows } from './parse-request.ts'
import type { SessionPool } from './session-pool.ts'
import { isSelect, literal, splitInsert } from './sql-text.ts'
import { codeOf, StoreError } from './store-error.ts'

export interface FacadeOptions {
  readonly host: string
  readonly port: number
  readonly credentials: Credentials
  /** Folder for rows on their way into the engine. */
  readonly spool: string
  /** The largest body, unpacked, in bytes. */
  readonly maxBody: number
  readonly pool: SessionPool
  /** Told of every statement that failed; never of its text, which may hold what must not be kept. */
  readonly onError: (queryId: string, code: number, error: unknown) => void
}

/**
 * ClickHouse's HTTP interface in front of the engine in this process: what `@clickhouse/client` needs of it.
 * Rows of an INSERT never stand in the text that the engine parses (its parser ends them at a blank line and runs the
 * rest): they are written to a file first and read `FROM INFILE`, which also makes an insert all or nothing.
 * @returns its stop: no new requests, the running ones end, the connections close
 */
export async function startFacade(o: FacadeOptions): Promise<() => Promise<void>> {
  const server = createServer((request, response) => void handle(o, request, response))
  server.keepAliveTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(o.port, o.host, resolve)
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeIdleConnections()
    })
}

async function handle(o: FacadeOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://store')
  const queryId = url.searchParams.get('query_id') ?? randomUUID()
  let rows: Spooled | null = null
  try {
    checkCaller(request.headers)
    if (url.pathname === '/ping' || (request.method === 'GET' && !url.searchParams.has('query'))) {
      response.end('Ok.\n')
      return
    }
    checkCredentials(credentialsOf(request.headers, url.searchParams), o.credentials)
    response.setHeader('X-ClickHouse-Query-Id', queryId)
    response.setHeader('X-ClickHouse-Timezone', 'UTC')
    const read = await readStatement(o, request, url.searchParams)
    rows = read.rows
    const statement = parseRequest(request.method ?? 'POST', url.searchParams, request.headers, read.sql)
    response.setHeader('X-ClickHouse-Format', statement.format)
    await o.pool.use(statement, (engine) => run(engine, statement, read.rows, response, wantsGzip(request, url.searchParams)))
  } catch (error) {
    o.onError(queryId, codeOf(error), error)
    sendError(response, error)
  } finally {
    if (rows !== null) await rm(rows.file, { force: true })
  }
}

/** The statement's text, and its rows in a file when it is an INSERT. */
async function readStatement(
  o: FacadeOptions,
  request: IncomingMessage,
  url: URLSearchParams,
): Promise<{ sql: string; rows: Spooled | null }> {
  const query = url.get('query') ?? ''
  if (takesRows(query)) return { sql: query, rows: await spoolBody(request, o.spool, o.maxBody) }
  const body = await readBody(request, o.maxBody)
  const sql = query === '' ? body : body === '' ? query : `${query}\n${body}`
  const insert = splitInsert(sql)
  return { sql, rows: insert === null ? null : await spoolText(insert.data, o.spool) }
}

async function run(engine: Session, statement: Statement, rows: Spooled | null, response: ServerResponse, gzip: boolean): Promise<void> {
  const startedAt = performance.now()
  if (statement.insert !== null) {
    if (rows === null) throw new StoreError(1002, 'UNKNOWN_EXCEPTION', 'An INSERT came without the file of its rows')
    await runInsert(engine, statement, rows, response, startedAt)
  } else if (isStreamable(statement.format) && isSelect(statement.sql)) {
    await sendStream(response, engine, statement.sql, statement.format, gzip, startedAt)
  } else {
    const result = await engine.queryAsync(statement.sql, { format: statement.format })
    setSummary(response, { readRows: result.rowsRead, readBytes: result.bytesRead, startedAt })
    await sendWhole(response, Buffer.from(result.bytes()), gzip)
  }
}

async function runInsert(engine: Session, statement: Statement, rows: Spooled, response: ServerResponse, startedAt: number): Promise<void> {
  // An INSERT of nothing is a no-op on a server; the engine would refuse the empty file.
  if (rows.bytes > 0) {
    const { settings, format } = statement.insert ?? { settings: '', format: '' }
    const result = await engine.queryAsync(
      `${statement.sql} FROM INFILE ${literal(rows.file)} COMPRESSION 'none' ${settings} FORMAT ${format}`,
    )
    setSummary(response, { writtenRows: result.rowsRead, writtenBytes: result.bytesRead, startedAt })
  } else setSummary(response, { startedAt })
  await sendWhole(response, Buffer.alloc(0), false)
}

function wantsGzip(request: IncomingMessage, url: URLSearchParams): boolean {
  return url.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding']))
}

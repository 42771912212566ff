import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import type { Session } from 'chdb'
import { codeOf, statusOf, wordingOf } from './store-error.ts'

/** Formats without header or footer: their chunks may be sent as they come. */
const STREAMABLE = new Set([
  'JSONEachRow',
  'JSONCompactEachRow',
  'JSONStringsEachRow',
  'TabSeparated',
  'TSV',
  'CSV',
  'RowBinary',
  'Native',
  'TSKV',
])

/** Below this, packing costs more than it saves. */
const GZIP_FROM_BYTES = 1024

/** Whether rows of a format can be sent as they come. */
export function isStreamable(format: string): boolean {
  return STREAMABLE.has(format)
}

/** What an answer says about its statement, in ClickHouse's words. */
export interface Summary {
  readRows?: number
  readBytes?: number
  writtenRows?: number
  writtenBytes?: number
  startedAt: number
}

/** Sets the headers that say how much a statement read or wrote. */
export function setSummary(response: ServerResponse, s: Summary): void {
  const count = (n: number | undefined) => String(n ?? 0)
  const summary = {
    read_rows: count(s.readRows),
    read_bytes: count(s.readBytes),
    written_rows: count(s.writtenRows),
    written_bytes: count(s.writtenBytes),
    total_rows_to_read: '0',
    result_rows: count(s.readRows),
    result_bytes: count(s.readBytes),
    elapsed_ns: String(Math.round((performance.now() - s.startedAt) * 1e6)),
  }
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary))
}

/** Sends a whole result. */
export async function sendWhole(response: ServerResponse, body: Buffer, gzip: boolean): Promise<void> {
  if (gzip && body.length >= GZIP_FROM_BYTES) {
    response.setHeader('Content-Encoding', 'gzip')
    await pipeline(Readable.from([body]), zlib.createGzip({ level: 1 }), response)
    return
  }
  response.setHeader('Content-Length', body.length)
  response.end(body)
  if (!response.writableFinished) await Promise.race([once(response, 'finish'), once(response, 'close')])
}

/**
 * Sends a SELECT's rows while the engine makes them, at the reader's pace. The first chunk is waited for before the
 * headers go, so that most faults still become an answer; a later one breaks the connection off.
 */
export async function sendStream(
  response: ServerResponse,
  engine: Session,
  sql: string,
  format: string,
  gzip: boolean,
  startedAt: number,
): Promise<void> {
  const chunks = engine.queryStream(sql, { format })[Symbol.asyncIterator]()
  try {
    const first = await chunks.next()
    setSummary(response, { startedAt })
    const rest = async function* () {
      for (let chunk = first; !chunk.done; chunk = await chunks.next()) yield chunk.value.raw()
    }
    const rows = Readable.from(rest(), { objectMode: false, highWaterMark: 1 << 20 })
    if (!gzip) return await pipeline(rows, response)
    response.setHeader('Content-Encoding', 'gzip')
    await pipeline(rows, zlib.createGzip({ level: 1 }), response)
  } finally {
    await chunks.return?.(undefined)
  }
}

/** Answers with an error as a ClickHouse server would; once rows have gone out, only breaking off is left. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const code = codeOf(error)
  response.removeHeader('Content-Encoding')
  response.removeHeader('Content-Length')
  response.writeHead(statusOf(code), { 'X-ClickHouse-Exception-Code': String(code), 'Content-Type': 'text/plain; charset=UTF-8' })
  response.end(`${wordingOf(error)}\n`)
}

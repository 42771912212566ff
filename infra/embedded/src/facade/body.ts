import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import { StoreError } from './store-error.ts'

/** Rows of an INSERT, in a file that the engine reads; the caller removes it. */
export interface Spooled {
  readonly file: string
  readonly bytes: number
}

/** Writes a request's body, unpacked, into a new file of `folder`; at most `limit` bytes. @throws StoreError 307 */
export async function spoolBody(request: IncomingMessage, folder: string, limit: number): Promise<Spooled> {
  const file = path.join(folder, randomUUID())
  try {
    await unpack(request, limit, createWriteStream(file, { mode: 0o600 }))
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  return { file, bytes: (await stat(file)).size }
}

/** Writes rows that stood in the statement into a new file of `folder`. */
export async function spoolText(rows: string, folder: string): Promise<Spooled> {
  const file = path.join(folder, randomUUID())
  await writeFile(file, rows, { mode: 0o600 })
  return { file, bytes: Buffer.byteLength(rows) }
}

/** A request's body, unpacked, as text; at most `limit` bytes. @throws StoreError 307 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = []
  const collect = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  await unpack(request, limit, collect.resume())
  return Buffer.concat(chunks).toString('utf8')
}

async function unpack(request: IncomingMessage, limit: number, into: Writable): Promise<void> {
  const decoder = decoderOf(request.headers['content-encoding'])
  const cap = capAt(limit)
  if (decoder === null) await pipeline(request, cap, into)
  else await pipeline(request, decoder, cap, into)
}

function decoderOf(encoding: string | undefined): Transform | null {
  switch (encoding) {
    case undefined:
    case 'identity':
      return null
    case 'gzip':
      return zlib.createGunzip()
    case 'deflate':
      return zlib.createInflate()
    case 'br':
      return zlib.createBrotliDecompress()
    case 'zstd':
      return zlib.createZstdDecompress()
    default:
      throw new StoreError(36, 'BAD_ARGUMENTS', `Unknown content encoding "${encoding}"`)
  }
}

/** Counts after unpacking, so that a small body cannot unpack into a large one. */
function capAt(limit: number): Transform {
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) done(new StoreError(307, 'TOO_MANY_BYTES', `The request body is larger than ${limit} bytes`))
      else done(null, chunk)
    },
  })
}

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import zlib from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBody, spoolBody } from './body.ts'
import { codeOf } from './store-error.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'city-body-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Sends a body to a server of a moment and gives what `take` made of the request there. */
async function receive<T>(
  body: Uint8Array<ArrayBuffer>,
  encoding: string | null,
  take: (request: IncomingMessage) => Promise<T>,
): Promise<T> {
  const taken = Promise.withResolvers<T>()
  const server = createServer((request, response) => {
    taken.resolve(take(request))
    void taken.promise.finally(() => response.end()).catch(() => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sent = fetch(url, { method: 'POST', body, headers: encoding === null ? {} : { 'content-encoding': encoding } }).catch(
    () => undefined,
  )
  try {
    return await taken.promise
  } finally {
    await sent
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const text = 'a,b\n1,"Zürich"\n'.repeat(1000)
const packed = {
  gzip: zlib.gzipSync(text),
  deflate: zlib.deflateSync(text),
  br: zlib.brotliCompressSync(text),
  zstd: zlib.zstdCompressSync(text),
}

test.each(Object.entries(packed))('a body packed by %s is unpacked', async (encoding, body) => {
  expect(await receive(body, encoding, (request) => readBody(request, 1e6))).toBe(text)
  const spooled = await receive(body, encoding, (request) => spoolBody(request, folder, 1e6))
  expect(readFileSync(spooled.file, 'utf8')).toBe(text)
  expect(spooled.bytes).toBe(Buffer.byteLength(text))
  rmSync(spooled.file)
})

test('the limit counts what is unpacked, and nothing is left of a body beyond it', async () => {
  const fault = await receive(packed.gzip, 'gzip', (request) => spoolBody(request, folder, 1000)).catch(codeOf)
  expect(fault).toBe(307)
  expect(readdirSync(folder)).toEqual([])
})

test('an unknown packing is a fault', async () => {
  expect(await receive(Buffer.from(text), 'rot13', (request) => readBody(request, 1e6)).catch(codeOf)).toBe(36)
})

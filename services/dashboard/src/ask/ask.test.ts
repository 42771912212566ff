import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ask, type Question } from './ask.ts'

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const question = (url: string, token: string | null = null): Question<number> => ({
  url,
  token,
  read: (answer) => {
    const value = (answer as { n?: unknown }).n
    if (typeof value !== 'number') throw new Error('n is missing')
    return value
  },
})
const options = (etag: string | null = null) => ({ etag, signal: new AbortController().signal, fetch })

test('a fresh answer comes with its etag, an unchanged one without a body, and the token is sent', async () => {
  const seen: (string | undefined)[] = []
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization)
    if (request.headers['if-none-match'] === '"1"') return response.writeHead(304).end()
    return response.writeHead(200, { etag: '"1"' }).end('{"n":5}')
  })
  expect(await ask(question(url, 'secret'), options())).toEqual({ kind: 'fresh', value: 5, etag: '"1"' })
  expect(await ask(question(url), options('"1"'))).toEqual({ kind: 'same' })
  expect(seen).toEqual(['Bearer secret', undefined])
})

test('refusals tell the service’s words and how long to wait', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/busy') return response.writeHead(429, { 'retry-after': '3' }).end('{"title":"Too many","detail":"wait a little"}')
    return response.writeHead(502).end('<html>')
  })
  expect(await ask(question(`${url}/busy`), options())).toEqual({
    kind: 'fault',
    fault: { sort: 'status', status: 429, reason: 'wait a little', waitMs: 3000 },
  })
  expect(await ask(question(`${url}/x`), options())).toEqual({
    kind: 'fault',
    fault: { sort: 'status', status: 502, reason: 'Bad Gateway', waitMs: null },
  })
})

test('an answer of another shape and no answer at all are faults, not exceptions', async () => {
  const url = await serve((_, response) => response.end('{"m":5}'))
  expect(await ask(question(url), options())).toMatchObject({
    kind: 'fault',
    fault: { sort: 'shape', reason: expect.stringContaining('n is missing') },
  })
  expect(await ask(question('http://127.0.0.1:1/'), options())).toMatchObject({ kind: 'fault', fault: { sort: 'network', status: null } })
})

test('an aborted question rejects: nobody waits for it any more', async () => {
  const controller = new AbortController()
  const url = await serve(() => controller.abort(new Error('left')))
  await expect(ask(question(url), { ...options(), signal: controller.signal })).rejects.toThrow('left')
})

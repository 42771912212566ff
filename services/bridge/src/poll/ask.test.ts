import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { ask, type Request } from './ask.ts'
import { NO_VALIDATORS } from './poll-file.ts'
import { redirected } from './redirected.ts'
import { retryAfterMs } from './retry-after.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(listener: RequestListener): Promise<{ url: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    listener(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const request = (url: string, over: Partial<Request> = {}) =>
  ask({
    url: new URL(url),
    headers: { authorization: 'Bearer s3cret' },
    validators: NO_VALIDATORS,
    timeoutMs: 10_000,
    mostBytes: 1_000,
    mayAsk: () => true,
    real: () => Date.UTC(2024, 0, 1),
    signal: new AbortController().signal,
    ...over,
  })

test('an answer comes with what the next request names, and "not modified" is one', async () => {
  const { url, seen } = await serve((q, r) => {
    if (q.headers['if-none-match'] === '"a"') return void r.writeHead(304).end()
    r.writeHead(200, { etag: '"a"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT', 'content-type': 'text/plain' }).end('hello')
  })
  const first = await request(url)
  expect(first).toEqual({
    kind: 'body',
    bytes: Buffer.from('hello'),
    type: 'text/plain',
    validators: { etag: '"a"', lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT' },
  })
  expect(await request(url, { validators: (first as { validators: Request['validators'] }).validators })).toEqual({ kind: 'unmodified' })
  expect(seen[1]?.headers).toMatchObject({ 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT', authorization: 'Bearer s3cret' })
})

test.each<[number, Record<string, string>, string, number | null]>([
  [503, { 'retry-after': '30' }, 'HTTP status 503', 30_000],
  [429, { 'retry-after': 'Mon, 01 Jan 2024 00:01:00 GMT' }, 'HTTP status 429', 60_000],
  [404, {}, 'HTTP status 404', null],
  [204, {}, 'HTTP status 204', null],
  [304, {}, 'HTTP status 304', null],
])('status %d is no answer', async (status, headers, reason, retryAfter) => {
  const { url } = await serve((_, r) => void r.writeHead(status, headers).end())
  expect(await request(url)).toEqual({ kind: 'failed', reason, retryAfterMs: retryAfter })
})

test('an answer that is too long, also once it is unpacked, is left; one that stops is waited for no longer than allowed', async () => {
  const long = await serve((_, r) => void r.writeHead(200).end(Buffer.alloc(2_000)))
  expect(await request(long.url)).toMatchObject({ kind: 'too_large' })
  const bomb = await serve((_, r) => void r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))))
  expect(await request(bomb.url)).toMatchObject({ kind: 'too_large' })
  const slow = await serve((_, r) => void r.writeHead(200).write('{'))
  expect(await request(slow.url, { timeoutMs: 100 })).toMatchObject({ kind: 'failed', reason: 'no whole answer within 100 ms' })
})

test('redirects are followed a few times, without the headers on another host', async () => {
  const target = await serve((_, r) => void r.writeHead(200).end('there'))
  const first = await serve((q, r) => void r.writeHead(302, { location: q.url === '/1' ? '/2' : target.url }).end())
  expect(await request(`${first.url}/1`)).toMatchObject({ kind: 'body', bytes: Buffer.from('there') })
  expect([first.seen, target.seen].map((seen) => seen.map((q) => q.headers.authorization))).toEqual([
    ['Bearer s3cret', 'Bearer s3cret'],
    [undefined],
  ])
  const round = await serve((_, r) => void r.writeHead(302, { location: '/' }).end())
  expect(await request(round.url)).toMatchObject({ reason: 'more than 5 redirects' })
})

test('no reason quotes the address or a header', async () => {
  const { url } = await serve((_, r) => void r.destroy())
  const answers = [
    await request(`${url}/?key=s3cret`),
    await request('http://127.0.0.1:1/?key=s3cret'),
    await request(url, { headers: { authorization: 's3cret\nbad' } }),
  ]
  for (const answer of answers) expect(answer.kind).toBe('failed')
  expect(JSON.stringify(answers)).not.toContain('s3cret')
})

test.each<[string, string | null, string]>([
  ['https://a.org/x', 'https://b.org/y#z', 'https://b.org/y'],
  ['http://a.org/x', 'https://a.org/x', 'https://a.org/x'],
  ['https://a.org/x', 'http://a.org/x', 'a redirect from https to http'],
  ['https://a.org/x', 'https://169.254.169.254/meta', 'a redirect into a private place'],
  ['https://a.org/x', 'https://localhost/', 'a redirect into a private place'],
  ['https://a.org/x', 'https://[::1]/', 'a redirect into a private place'],
  ['https://a.org/x', 'file:///etc/passwd', 'a redirect to nowhere'],
  ['https://a.org/x', null, 'a redirect to nowhere'],
  ['https://a.org/x', 'https://refused.org/', 'a redirect to a host that may not be asked'],
])('from %s to %s', (from, location, expected) => {
  const to = redirected(new URL(from), location, (url) => url.hostname !== 'refused.org')
  expect(typeof to === 'string' ? to : to.href).toBe(expected)
})

test('Retry-After is seconds or a date, at most a day', () => {
  expect([null, '5', '999999999', 'soon', '-1', 'Mon, 01 Jan 2024 00:00:00 GMT'].map((h) => retryAfterMs(h, Date.UTC(2024, 0, 2)))).toEqual(
    [null, 5_000, 86_400_000, null, null, 0],
  )
})

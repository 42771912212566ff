import http from 'node:http'
import net from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { httpCutter, kafkaCutter, PRODUCE } from './tcp-proxy-cuts.ts'
import { startTcpProxy } from './tcp-proxy.ts'

const request = (api: number, correlation: number, client: string, body: number) => {
  const head = Buffer.alloc(14)
  head.writeInt32BE(10 + client.length + body, 0)
  head.writeInt16BE(api, 4)
  head.writeInt32BE(correlation, 8)
  head.writeInt16BE(client.length, 12)
  return Buffer.concat([head, Buffer.from(client), Buffer.alloc(body, 7)])
}
const reply = (correlation: number, body: number) => {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body, 0)
  head.writeInt32BE(correlation, 4)
  return Buffer.concat([head, Buffer.alloc(body, 9)])
}

/** Hands bytes over in pieces of these sizes, again and again; whether one of them was cut. */
function inPieces(bytes: Buffer, sizes: readonly number[], take: (piece: Buffer) => boolean | void): boolean {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number
    if (take(bytes.subarray(at, at + size)) === true) return true
    at += size
  }
  return false
}

const frame = fc.record({
  api: fc.constantFrom(0, 1, 8),
  client: fc.constantFrom('worker-1', 'commonstream-bridge-1', ''),
  body: fc.nat(300),
})

test('of Kafka’s requests exactly those of the rule are cut, however the bytes come', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
      (frames, sizes) => {
        frames.forEach((f, i) => {
          const cutter = kafkaCutter()
          cutter.arm({ client: /bridge/, api: PRODUCE })
          const tap = cutter.tap()
          inPieces(Buffer.concat(frames.map((g, n) => request(g.api, n, g.client, g.body))), sizes, (piece) => tap.request(piece))
          const cut = inPieces(reply(i, f.body), sizes, (piece) => tap.reply(piece))
          const wanted = f.api === PRODUCE && f.client === 'commonstream-bridge-1'
          expect(cut).toBe(wanted)
          expect(cutter.disarm()).toBe(wanted ? 1 : 0)
        })
      },
    ),
  )
})

test('a proxy passes on what it is given, whole, and ends with either side', async () => {
  const echo = net.createServer((socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  const proxy = await startTcpProxy((echo.address() as net.AddressInfo).port, () => kafkaCutter().tap())
  onTestFinished(async () => {
    await proxy.close()
    echo.close()
  })
  const sent = Buffer.alloc(3_000_000, 'commonstream')
  const client = net.connect(proxy.port, '127.0.0.1')
  const got: Buffer[] = []
  client.on('data', (bytes: Buffer) => got.push(bytes))
  client.end(sent)
  await new Promise((resolve) => client.once('close', resolve))
  expect(Buffer.concat(got).equals(sent)).toBe(true)
})

test('while nobody listens behind it a proxy refuses connections, on the same port as before and after', async () => {
  const serve = async (port: number) => {
    const sockets = new Set<net.Socket>()
    const server = net.createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const end = () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
    return { port: (server.address() as net.AddressInfo).port, end }
  }
  const first = await serve(0)
  const proxy = await startTcpProxy(first.port, () => kafkaCutter().tap())
  onTestFinished(() => proxy.close())
  const attempt = () =>
    new Promise<string>((resolve) => {
      const socket = net.connect(proxy.port, '127.0.0.1', () => setTimeout(() => resolve('connected'), 50))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
      onTestFinished(() => void socket.destroy())
    })
  expect(await attempt()).toBe('connected')
  first.end()
  await expect.poll(attempt, { timeout: 5_000 }).toBe('ECONNREFUSED')
  const second = await serve(first.port)
  onTestFinished(() => second.end())
  await expect.poll(attempt, { timeout: 5_000 }).toBe('connected')
})

test('an HTTP request of the rule is carried out, and its answer never comes', async () => {
  const seen: string[] = []
  const server = http.createServer((incoming, answer) => {
    seen.push(new URL(incoming.url ?? '', 'http://x').searchParams.get('query') ?? '')
    answer.end('done')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutter = httpCutter()
  const proxy = await startTcpProxy((server.address() as net.AddressInfo).port, () => cutter.tap())
  onTestFinished(async () => {
    await proxy.close()
    server.close()
  })
  const ask = (query: string) => fetch(`http://127.0.0.1:${proxy.port}/?${new URLSearchParams({ query })}`, { method: 'POST' })
  cutter.arm(/INSERT INTO city\.ledger/)
  expect(await (await ask('SELECT 1')).text()).toBe('done')
  await expect(ask('INSERT INTO city.ledger (a) FORMAT RowBinary')).rejects.toThrow()
  expect(cutter.disarm()).toBe(1)
  expect(await (await ask('INSERT INTO city.ledger (a) FORMAT RowBinary')).text()).toBe('done')
  expect(seen).toEqual(['SELECT 1', ...Array(2).fill('INSERT INTO city.ledger (a) FORMAT RowBinary')])
})

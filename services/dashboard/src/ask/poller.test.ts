import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import type { Question } from './ask.ts'
import { Poller } from './poller.ts'

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

/** A counting service: `/n` answers how often it was asked, `/same` never changes; `down` makes it refuse. */
async function service() {
  const state = { asked: 0, unchanged: 0, down: false }
  const server = createServer((request, response) => {
    if (state.down) return response.writeHead(503).end('{"title":"away"}')
    if (request.url === '/same' && request.headers['if-none-match'] === '"s"') {
      state.unchanged++
      return response.writeHead(304).end()
    }
    if (request.url === '/same') return response.writeHead(200, { etag: '"s"' }).end('0')
    return response.end(String(++state.asked))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const question = (path: string): Question<number> => ({ url: url + path, token: null, read: Number })
  return { state, question }
}

function pollerOf(onChange: () => void = () => {}): Poller {
  const poller = new Poller({ everyMs: 20, fetch, now: Date.now, onChange })
  stops.push(() => poller.stop())
  return poller
}

test('it asks again and again, and an unchanged answer changes nothing', async () => {
  const { state, question } = await service()
  const [n, same] = [question('/n'), question('/same')]
  const seen: (number | null)[] = []
  const poller = pollerOf(() => seen.push(poller.held(same).value))
  poller.want([n, same])
  poller.start()
  await vi.waitFor(() => expect(state.unchanged).toBeGreaterThan(2))
  expect(poller.held(n).value).toBeGreaterThan(2)
  expect(poller.held(same)).toMatchObject({ value: 0, fault: null })
})

test('stopped it asks nothing, started again it asks at once', async () => {
  const { state, question } = await service()
  const poller = pollerOf()
  poller.want([question('/n')])
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(state.asked).toBe(0)
  poller.start()
  await vi.waitFor(() => expect(state.asked).toBeGreaterThan(0))
  poller.stop()
  await new Promise((resolve) => setTimeout(resolve, 40))
  const asked = state.asked
  await new Promise((resolve) => setTimeout(resolve, 80))
  expect(state.asked).toBe(asked)
})

test('while the service is away the last value stays; when it is back the fault ends', async () => {
  const { state, question } = await service()
  const n = question('/n')
  const poller = pollerOf()
  poller.want([n])
  poller.start()
  await vi.waitFor(() => expect(poller.held(n).value).not.toBeNull())
  state.down = true
  await vi.waitFor(() => expect(poller.held(n).fault).toMatchObject({ status: 503, reason: 'away' }))
  expect(poller.held(n).value).not.toBeNull()
  state.down = false
  await vi.waitFor(() => expect(poller.held(n).fault).toBeNull())
})

test('until a new question is answered, the answer of the one before in its place stands', async () => {
  const { state, question } = await service()
  const [first, second, other] = [question('/same'), question('/n'), question('/n')].map((q, i) => ({
    ...q,
    place: i < 2 ? 'here' : 'there',
  }))
  const poller = pollerOf()
  poller.want([first!])
  poller.start()
  await vi.waitFor(() => expect(poller.held(first!).value).toBe(0))
  expect(poller.held(second!).value).toBe(0)
  expect(poller.held({ ...other!, url: `${other!.url}?` }).value).toBeNull()
  poller.want([second!])
  await vi.waitFor(() => expect(poller.held(second!).value).toBeGreaterThan(0))
  expect(state.asked).toBeGreaterThan(0)
})

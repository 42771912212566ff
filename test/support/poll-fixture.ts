import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Log, PartBoard, type Stop } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import { afterEach, beforeEach, expect } from 'vitest'
import { makeIntake, type TestIntake } from './mqtt-endpoint.ts'
import { Poller } from '../../services/bridge/src/poll/poller.ts'

/** What a feed answers to one request. */
export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

/** Where the polls of the present test are remembered. */
export let dir: string
const stops: Stop[] = []
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'bridge-poll-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  rmSync(dir, { recursive: true })
})

/** A feed that answers with its replies in order and stays at the last. */
export async function feed(replies: (request: IncomingMessage, nth: number) => Reply) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body = '' } = replies(request, seen.push(request) - 1)
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed?key={CITY_SECRET_FEED}`, seen }
}

export const STATION = { station_id: 'bin-01', num_bikes_available: 4, last_reported: 1_685_887_200 }
export const status = (...stations: object[]) => JSON.stringify({ last_updated: 1_685_887_210, ttl: 0, data: { stations } })

/** The bins as a feed of stations. */
export const polled =
  (url: string, over: (s: Stream) => Partial<Stream> = () => ({})) =>
  (streams: readonly Stream[]): Stream[] =>
    streams.map((s) => {
      if (s.name !== 'bin-levels') return s
      const http = { url, everyMs: 5, headers: { 'x-key': '{CITY_SECRET_FEED}' }, timeoutMs: 5_000, bytes: 1_000_000 }
      return {
        ...s,
        source: { ...s.source, http, codec: 'gbfs-station-status', payload: { fields: { fullness: 'num_bikes_available' } } },
        ...over(s),
      }
    })

export async function start(o: {
  streams: (streams: readonly Stream[]) => Stream[]
  now?: () => number
  reach?: 'loopback' | 'any' | 'off'
}) {
  const made = await makeIntake({ streams: o.streams, now: o.now ?? (() => 1_685_887_260_000) })
  const lines: string[] = []
  const board = new PartBoard()
  const say = (...said: unknown[]) => void lines.push(JSON.stringify(said))
  const log = { info: say, warn: say, error: say } as unknown as Log
  const poller = new Poller({
    ...{ bridge: 'b-1', streams: made.streams, dataDir: dir, replay: false, speed: 1, log, real: Date.now, random: () => 0 },
    ...{ intake: made.intake, counters: made.counters, moments: made.moments, board },
    config: { reach: o.reach ?? 'loopback', urls: new Map(), secret: (name) => (name === 'CITY_SECRET_FEED' ? 's3 cret' : undefined) },
  })
  const stop = await poller.start()
  stops.push(stop)
  const stream = made.streams.find((s) => s.name === 'bin-levels') as Stream
  return { made, poller, stream, stop, lines, board, counters: made.counters.of('bin-levels') }
}

export const until = (condition: () => boolean) => expect.poll(condition, { timeout: 20_000, interval: 5 }).toBe(true)
export const values = (made: TestIntake) => made.events().map((e) => [e.sensor, e['fullness']])

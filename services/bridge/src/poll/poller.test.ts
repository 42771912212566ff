import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Log, Stop } from '@commonstream/runtime'
import type { Property, Stream } from '@commonstream/schemas'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeIntake, type TestIntake } from '../../../../test/support/mqtt-endpoint.ts'
import { Poller } from './poller.ts'

interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

let dir: string
const stops: Stop[] = []
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'bridge-poll-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  rmSync(dir, { recursive: true })
})

/** A feed that answers with its replies in order and stays at the last. */
async function feed(replies: (request: IncomingMessage, nth: number) => Reply) {
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

const STATION = { station_id: 'bin-01', num_bikes_available: 4, last_reported: 1_685_887_200 }
const status = (...stations: object[]) => JSON.stringify({ last_updated: 1_685_887_210, ttl: 0, data: { stations } })

/** The bins as a feed of stations. */
const polled =
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

async function start(o: { streams: (streams: readonly Stream[]) => Stream[]; now?: () => number; reach?: 'loopback' | 'any' | 'off' }) {
  const made = await makeIntake({ streams: o.streams, now: o.now ?? (() => 1_685_887_260_000) })
  const lines: string[] = []
  const say = (...said: unknown[]) => void lines.push(JSON.stringify(said))
  const log = { info: say, warn: say, error: say } as unknown as Log
  const poller = new Poller({
    ...{ bridge: 'b-1', streams: made.streams, dataDir: dir, replay: false, speed: 1, log, real: Date.now, random: () => 0 },
    ...{ intake: made.intake, counters: made.counters, moments: made.moments },
    config: { reach: o.reach ?? 'loopback', urls: new Map(), secret: (name) => (name === 'CITY_SECRET_FEED' ? 's3 cret' : undefined) },
  })
  const stop = await poller.start()
  stops.push(stop)
  const stream = made.streams.find((s) => s.name === 'bin-levels') as Stream
  return { made, poller, stream, stop, lines, counters: made.counters.of('bin-levels') }
}

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 20_000, interval: 5 }).toBe(true)
const values = (made: TestIntake) => made.events().map((e) => [e.sensor, e['fullness']])

test('a feed is asked again and again; what it showed before is no news, what it refuses is refused once', async () => {
  const { url, seen } = await feed((_, nth) => ({
    body: status(
      { ...STATION, ...(nth > 2 && { num_bikes_available: 6 }) },
      { ...STATION, station_id: 'nobody' },
      { ...STATION, station_id: 'bin-02', last_reported: 0 },
    ),
  }))
  const { made, poller, stream, counters } = await start({ streams: polled(url) })
  await until(() => seen.length > 6)
  expect(values(made)).toEqual([
    ['bin-01', 4],
    ['bin-01', 6],
  ])
  expect(made.quarantined().map((q) => [q['sensor'], q['reason'], q['mqttTopic']])).toEqual([
    ['nobody', 'unregistered', null],
    ['bin-02', 'too_old', null],
  ])
  expect(counters.received).toBe(4)
  expect(counters.repeated).toBeGreaterThanOrEqual(3 * 5 - 1)
  expect(poller.of(stream)?.hears).toBe(true)
  expect(poller.of(stream)?.heard).not.toBeNull()
})

test('a restart asks with what the last answer said, and takes nothing twice', async () => {
  const { url, seen } = await feed((q) =>
    q.headers['if-none-match'] === '"v1"' ? { status: 304 } : { headers: { etag: '"v1"' }, body: status(STATION) },
  )
  const first = await start({ streams: polled(url) })
  await until(() => first.counters.polls.unmodified > 1)
  await first.stop()
  const before = seen.length
  const second = await start({ streams: polled(url) })
  await until(() => second.counters.polls.unmodified > 1)
  expect(seen[before]?.headers['if-none-match']).toBe('"v1"')
  expect([values(first.made), values(second.made)]).toEqual([[['bin-01', 4]], []])
})

test('what Kafka does not have is not remembered as read: after a crash it is asked for and taken again', async () => {
  const { url, seen } = await feed(() => ({ headers: { etag: '"v1"' }, body: status(STATION) }))
  const first = await start({ streams: polled(url) })
  first.made.log.acknowledges = false
  await until(() => seen.length > 0)
  await first.stop()
  first.made.log.acknowledges = true
  expect(first.poller.of(first.stream)?.heard).toBeNull()
  const before = seen.length
  const second = await start({ streams: polled(url) })
  await until(() => values(second.made).length > 0)
  expect(seen[before]?.headers['if-none-match']).toBeUndefined()
})

test.each<[string, Reply, string, string, number]>([
  [
    'a page for people',
    { headers: { 'content-type': 'text/html' }, body: '<html>' },
    'refused',
    'a page for people where data should be',
    1,
  ],
  ['"404 Not Found" as its body', { body: '404 Not Found' }, 'refused', 'not JSON', 1],
  ['too much', { body: Buffer.alloc(1_100_000, 32) }, 'refused', 'the answer is longer than the contract allows', 1],
  ['no station', { body: status() }, 'refused', 'no reading in the payload', 1],
  ['an error', { status: 500, body: status(STATION) }, 'failed', 'HTTP status 500', 0],
])(
  'a feed that answers with %s is not heard, nothing of it is stored, and it is heard again after',
  async (_, bad, outcome, reason, quarantined) => {
    const mend = { at: Number.POSITIVE_INFINITY }
    const { url, seen } = await feed((__, nth) => (nth < mend.at ? bad : { body: status(STATION) }))
    const { made, poller, stream, counters } = await start({ streams: polled(url) })
    await until(() => counters.polls[outcome as 'failed'] > 2)
    expect(poller.details).toEqual({ 'bin-levels': { heard: null, trouble: reason } })
    expect(poller.of(stream)?.hears).toBe(false)
    expect(made.events()).toEqual([])
    expect(made.quarantined().map((q) => q['detail'])).toEqual(Array.from({ length: quarantined }, () => reason))
    mend.at = seen.length
    await until(() => poller.of(stream)?.hears === true)
    expect(values(made)).toEqual([['bin-01', 4]])
  },
)

test('the secret goes with the request and nowhere else', async () => {
  const { url, seen } = await feed((_, nth) => (nth % 2 === 0 ? { status: 500 } : { body: status(STATION) }))
  const { lines } = await start({ streams: polled(url) })
  await until(() => seen.length > 4)
  expect([seen[0]?.url, seen[0]?.headers['x-key']]).toEqual(['/feed?key=s3%20cret', 's3 cret'])
  expect(lines.length).toBeGreaterThan(0)
  const file = readFileSync(path.join(dir, 'bridge', 'b-1.polls', 'bin-levels.json'), 'utf8')
  for (const text of [...lines, file]) expect(text).not.toMatch(/s3.{0,3}cret/)
})

test('a feed is left alone where its stream is not approved, or where the bridge may not ask it', async () => {
  const { url, seen } = await feed(() => ({ body: status(STATION) }))
  const shut = await start({ streams: polled(url, () => ({ assessment: null })) })
  await until(() => shut.poller.of(shut.stream)?.hears === false)
  const off = await start({ streams: polled('https://example.org/feed'), reach: 'loopback' })
  expect(off.poller.of(off.stream)).toBeNull()
  expect(off.poller.details['bin-levels']?.trouble).toMatch(/CITY_BRIDGE_POLL is loopback/)
  expect(seen).toEqual([])
  expect(shut.made.quarantined()).toEqual([])
})

const ECOBICI = new URL('../../../../../shared/data/ecobici-gbfs/', import.meta.url)
const files = existsSync(ECOBICI)
  ? readdirSync(ECOBICI)
      .filter((f) => f.startsWith('station_status'))
      .sort()
  : []

interface Station {
  readonly station_id: string
  readonly last_reported: number
  readonly num_bikes_available: number
}

test.runIf(files.length > 0)(
  "a day of Ecobici's polls: each report once, the text 404 in quarantine, stale stations refused once",
  async () => {
    const bodies = files.map((file) => readFileSync(new URL(file, ECOBICI)))
    const parsed = bodies.map((body) =>
      body.length < 100 ? null : (JSON.parse(String(body)) as { last_updated: number; data: { stations: Station[] } }),
    )
    // Asked three seconds after they were made: by then their two seconds of rest are over.
    const times = parsed.map((p, i) => ((p ?? parsed[i - 1])?.last_updated ?? 0) * 1_000 + 3_000)
    const served = { n: 0 }
    const { url } = await feed((_, nth) => ({ body: bodies[(served.n = Math.min(nth, bodies.length - 1))] as Buffer }))
    const ids = [...new Set(parsed.flatMap((p) => p?.data.stations.map((s) => s.station_id) ?? []))]
    const streams = polled(url, (s) => {
      const [sensor] = s.sensors
      const [property] = s.properties as [Property]
      const avro = {
        ...s.avro,
        fields: (s.avro as { fields: { name: string }[] }).fields.map((f) => (f.name === 'fullness' ? { ...f, type: 'int' } : f)),
      }
      return {
        avro,
        properties: [{ ...property, resolution: '1' }],
        sensors: ids.map((id) => ({ ...sensor, id, aliases: [] })) as unknown as Stream['sensors'],
      }
    })
    const { made, counters } = await start({ streams, now: () => times[served.n] as number })
    await until(() => counters.polls.taken + counters.polls.refused > 26)
    // Counted again, by hand: one event per station, report and count; too old is what lies more than 30 days back.
    const wanted = new Set<string>()
    const old = new Set<string>()
    for (const [i, poll] of parsed.entries()) {
      for (const s of poll?.data.stations ?? []) {
        const key = `${s.station_id} ${s.last_reported * 1_000} ${s.num_bikes_available}`
        if (s.last_reported * 1_000 >= (times[i] as number) - 30 * 86_400_000) wanted.add(key)
        else old.add(s.station_id)
      }
    }
    const stored = made.events().map((e) => `${e.sensor} ${e.at} ${String(e['fullness'])}`)
    expect(new Set(stored)).toEqual(wanted)
    expect(
      made
        .quarantined()
        .filter((q) => q['reason'] === 'undecodable')
        .map((q) => String(q['bytes']).trim()),
    ).toEqual(['404 Not Found'])
    expect(
      new Set(
        made
          .quarantined()
          .filter((q) => q['reason'] === 'too_old')
          .map((q) => q['sensor']),
      ),
    ).toEqual(old)
    expect(counters.polls).toMatchObject({ refused: 1, failed: 0 })
    expect(counters.repeated).toBeGreaterThan(0)
  },
)

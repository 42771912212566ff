import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { dir, feed, polled, type Reply, start, STATION, status, until, values } from '../../../../test/support/poll-fixture.ts'

test('a feed is asked again and again; what it showed before is no news, what it refuses is refused once', async () => {
  const { url, seen } = await feed((_, nth) => ({
    body: status(
      { ...STATION, ...(nth > 2 && { num_bikes_available: 6 }), is_renting: 1 },
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
  // Of the two answers that told something, not of those that told it again.
  expect([...counters.dropped]).toEqual([['is_renting', 2]])
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
    const { made, poller, stream, counters, board } = await start({ streams: polled(url) })
    await until(() => counters.polls[outcome as 'failed'] > 2)
    expect(poller.details).toEqual({ 'bin-levels': { heard: null, trouble: reason } })
    expect(poller.of(stream)?.hears).toBe(false)
    expect(board.reports).toMatchObject([{ name: 'polls', state: 'ready', reason: `bin-levels: ${reason}` }])
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

import type { Stream } from '@commonstream/schemas'
import { partitionOf } from '@commonstream/runtime'
import { expect, test } from 'vitest'
import { NOW, READING, useEndpoints } from '../../../test/support/mqtt-endpoint.ts'

const { start, connect } = useEndpoints()

const open = (s: Stream): Stream => ({ ...s, disclosure: null })

/** Publishes payloads one after the other, each on a topic, and gives what became of them. */
async function publishAll(o: Parameters<typeof start>[0], messages: readonly (readonly [string | number, string | Buffer])[]) {
  const endpoint = await start(o)
  const client = await connect(endpoint)
  for (const [i, [topic, payload]] of messages.entries())
    client.publish(typeof topic === 'number' ? endpoint.topic(topic) : topic, payload, { id: i + 1 })
  await client.until((c) => c.acknowledged.length === messages.length)
  expect(client.acknowledged).toEqual(messages.map((_, i) => i + 1))
  const counted = endpoint.counters.streams.get('pedestrian-counts')
  return { endpoint, events: endpoint.events(), quarantined: endpoint.quarantined(), counted }
}

test('every message is acknowledged and ends where it belongs: each refusal in quarantine with its reason', async () => {
  const { events, quarantined, counted, endpoint } = await publishAll({ streams: (s) => s.map(open) }, [
    [0, READING],
    [0, Buffer.from([0xff, 0xfe, 0x00])],
    [0, '{"at":1685887200000,"direction_1":3}'],
    [0, '{"at":1685887200000,"direction_1":"na","direction_2":4}'],
    [0, '{"direction_1":3,"direction_2":4}'],
    [0, '{"at":1585887200000,"direction_1":3,"direction_2":4}'],
    ['city/pedestrian-counts/nobody', READING],
    ['somewhere/else', READING],
    [0, '{"at":"2024-06-04T14:00:00Z","direction_1":1,"direction_2":0}'],
    [0, '{"at":1685887200000,"direction_1":3,"direction_2":4,"firmware":"2","aa:bb:cc:dd:ee:ff":1}'],
  ])
  expect(quarantined.map((q) => q['reason'])).toEqual([
    'undecodable',
    'invalid',
    'invalid',
    'no_time',
    'too_old',
    'unregistered',
    'no_stream',
  ])
  expect(events).toHaveLength(3)
  expect(events[1]).toMatchObject({ at: NOW, clamped: true })
  expect(events[2]?.event_id).toEqual(events[0]?.event_id)
  expect(counted?.toJSON()).toMatchObject({
    received: 9,
    clamped: 1,
    refused: { undecodable: 1, invalid: 2, no_time: 1, too_old: 1, unregistered: 1 },
    dropped: { firmware: 1, other: 1 },
  })
  expect(endpoint.counters.astray.toJSON()).toMatchObject({ received: 1, refused: { no_stream: 1 } })
})

test('an array is many readings: the good ones are stored, each bad one is refused with its own bytes', async () => {
  const good = JSON.parse(READING) as object
  const { events, quarantined } = await publishAll({ streams: (s) => s.map(open) }, [
    [0, JSON.stringify([good, { ...good, direction_1: -1 }, { ...good, direction_1: 9 }, 7])],
  ])
  expect(events.map((e) => e['direction_1'])).toEqual([3, 9])
  expect(quarantined.map((q) => [q['reason'], q['detail'], String(q['bytes'])])).toEqual([
    ['invalid', 'reading 2: direction_1 is out of range', '{"at":1685887200000,"direction_1":-1,"direction_2":4}'],
    ['invalid', 'reading 4: not an object', '7'],
  ])
})

test('of a protected stream the quarantine keeps the place and the reason alone', async () => {
  const { quarantined } = await publishAll({}, [[0, '{"at":1685887200000,"direction_1":"seven","direction_2":4}']])
  expect(quarantined).toMatchObject([{ reason: 'invalid', bytes: null, sha256: '', detail: 'direction_1 is not a number' }])
})

const WITHDRAWN = { on: '2023-06-04', by: 'the forum', reason: 'cameras' }

test.each<[string, Stream['assessment'], RegExp]>([
  ['without an assessment', null, /no privacy assessment/],
  ['with one past its review', { reference: 'x', approved: '2020-01-01', by: 'x', review: '2023-06-01' }, /reviewed by 2023-06-01/],
  ['with one not in force yet', { reference: 'x', approved: '2023-07-01', by: 'x', review: '2033-06-01' }, /in force from 2023-07-01/],
  [
    'with one withdrawn',
    { reference: 'x', approved: '2020-01-01', by: 'x', review: '2033-06-01', withdrawn: WITHDRAWN },
    /withdrawn on 2023-06-04/,
  ],
])('a stream %s is not ingested: refused, acknowledged, without bytes', async (_, assessment, said) => {
  const { events, quarantined } = await publishAll({ streams: (s) => s.map((x) => ({ ...open(x), assessment })) }, [
    [0, READING],
    ['city/pedestrian-counts/nobody', READING],
    [0, Buffer.alloc(300_000)],
  ])
  expect(events).toEqual([])
  expect(quarantined.map((q) => [q['reason'], q['bytes'], q['sha256']])).toEqual(
    Array.from({ length: 3 }, () => ['not_approved', null, '']),
  )
  for (const { detail } of quarantined) expect(detail).toMatch(said)
})

test("a sensor's events go to the partition that Kafka's own clients would choose, with the sensor as key", async () => {
  const { endpoint } = await publishAll(
    {},
    Array.from({ length: 40 }, (_, i) => [i, READING] as const),
  )
  for (const { record, partition } of endpoint.log.records) {
    expect(partition).toBe(partitionOf(record.key as Buffer, endpoint.stream.partitions))
    expect(record.partition).toBe(partition)
  }
  expect(new Set(endpoint.log.records.map((r) => r.partition)).size).toBe(endpoint.stream.partitions)
})

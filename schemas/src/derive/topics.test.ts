import { expect, test } from 'vitest'
import { topicsOf } from './topics.ts'
import { twoStreams } from '../support/two-streams.ts'

const topics = topicsOf(await twoStreams())
const topic = (name: string) => topics.find((t) => t.name === name)!

test('two topics per stream and the shared ones', () => {
  expect(topics.map((t) => [t.name, t.partitions, t.compacted])).toEqual([
    ['city.bin-levels.events', 2, false],
    ['city.bin-levels.windows', 2, true],
    ['city.pedestrian-counts.events', 4, false],
    ['city.pedestrian-counts.windows', 4, true],
    ['city.alerts', 1, false],
    ['city.alerts.internal', 1, false],
    ['city.quarantine', 1, false],
    ['city.decisions', 1, false],
    ['city.documents', 1, true],
    ['city.quarantine.replays', 1, true],
  ])
})

test('events are stamped by the broker and kept as long as the contract says', () => {
  expect(topic('city.pedestrian-counts.events').config).toMatchObject({
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': 'delete',
    'retention.ms': '259200000',
    'segment.ms': '21600000',
  })
})

test('windows are compacted and kept as long as their rows', () => {
  expect(topic('city.pedestrian-counts.windows').config).toMatchObject({
    'cleanup.policy': 'compact,delete',
    'retention.ms': '315576000000',
  })
  expect(topic('city.documents').config['cleanup.policy']).toBe('compact')
})

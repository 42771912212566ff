import { expect, test } from 'vitest'
import { planTopic } from './plan-topics.ts'

const spec = { name: 'city.x.events', partitions: 4, compacted: false, config: { 'retention.ms': '259200000', 'cleanup.policy': 'delete' } }
const found = {
  partitions: 4,
  replication: 1,
  untouched: false,
  config: { 'retention.ms': '259200000', 'cleanup.policy': 'delete', 'min.insync.replicas': '1' },
}

test('a topic that is not there is created; one replica of several may be away', () => {
  const [step] = planTopic(spec, 3, undefined).steps
  expect(step).toMatchObject({
    do: 'create topic',
    replication: 3,
    topic: { name: 'city.x.events', config: { 'min.insync.replicas': '2' } },
  })
})

test('a topic as it should be needs nothing', () => {
  expect(planTopic(spec, 1, found)).toEqual({ steps: [], refusals: [], notes: [] })
})

test('a changed setting is sent with all others, those made by hand included', () => {
  const { steps } = planTopic(spec, 1, { ...found, config: { ...found.config, 'retention.ms': '1', 'compression.type': 'zstd' } })
  expect(steps).toEqual([
    {
      do: 'set config',
      topic: 'city.x.events',
      config: { 'retention.ms': '259200000', 'cleanup.policy': 'delete', 'min.insync.replicas': '1', 'compression.type': 'zstd' },
      changes: ['retention.ms=259200000 (was 1)'],
    },
  ])
})

test('another number of partitions is refused', () => {
  expect(planTopic(spec, 1, { ...found, partitions: 2 }).refusals).toEqual([expect.stringMatching(/has 2 partitions, the contract says 4/)])
})

test('another replication is left to people', () => {
  expect(planTopic(spec, 3, { ...found, config: { ...found.config, 'min.insync.replicas': '2' } })).toEqual({
    steps: [],
    refusals: [],
    notes: [expect.stringMatching(/replication 1, wanted is 3/)],
  })
})

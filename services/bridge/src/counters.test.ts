import { expect, test } from 'vitest'
import { Counters, OTHER_FIELDS, StreamCounters } from './counters.ts'

test('names of dropped fields are bounded in number and kind', () => {
  const counters = new StreamCounters()
  counters.drop(Array.from({ length: 100 }, (_, i) => `field_${i}`))
  counters.drop(['field_0', 'with space', 'x'.repeat(60), ''])
  expect(counters.dropped.size).toBe(33)
  expect([counters.dropped.get('field_0'), counters.dropped.get(OTHER_FIELDS)]).toEqual([2, 71])
})

test('what belongs to no stream is counted apart', () => {
  const counters = new Counters(['a'])
  counters.of('a').received++
  counters.of(null).refuse('no_stream')
  counters.of('unknown').refuse('no_stream')
  expect([counters.streams.get('a')?.received, counters.astray.toJSON()]).toEqual([
    1,
    { received: 0, stored: 0, clamped: 0, repeated: 0, refused: { no_stream: 2 }, dropped: {} },
  ])
})

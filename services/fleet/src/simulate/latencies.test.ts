import { expect, test } from 'vitest'
import { Latencies } from './latencies.ts'

test('percentiles are the nearest rank over the newest values', () => {
  const latencies = new Latencies(100)
  expect(latencies.percentile(0.5)).toBeNull()
  for (let ms = 1; ms <= 10; ms++) latencies.add(11 - ms)
  expect([0, 0.5, 0.99, 1].map((q) => latencies.percentile(q))).toEqual([1, 5, 10, 10])
  for (let ms = 1; ms <= 100; ms++) latencies.add(1_000 + ms)
  expect([0, 0.5, 0.99].map((q) => latencies.percentile(q))).toEqual([1_001, 1_050, 1_099])
})

import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './partition.ts'

// Values of Apache Kafka's own UtilsTest.testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2(%s)', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

test('partitionOf stays within the partitions', () => {
  for (let i = 0; i < 500; i++) expect(partitionOf(`sensor-${i}`, 7)).toBeLessThan(7)
})

/**
 * Kafka's own hash of a key (murmur2 with the Java client's seed), as every Kafka client's default partitioner uses it.
 * Source: Apache Kafka, org.apache.kafka.common.utils.Utils.murmur2.
 */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  const length = data.length
  let h = 0x9747b28c ^ length
  const words = length >> 2
  for (let i = 0; i < words; i++) {
    const at = i << 2
    let k = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16) | ((data[at + 3] as number) << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    h = Math.imul(h, m) ^ Math.imul(k, m)
  }
  const rest = words << 2
  if (length - rest === 3) h ^= (data[rest + 2] as number) << 16
  if (length - rest >= 2) h ^= (data[rest + 1] as number) << 8
  if (length - rest >= 1) h = Math.imul(h ^ (data[rest] as number), m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}

/** The partition of a key among `partitions`: what Kafka's default partitioner chooses. */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions
}

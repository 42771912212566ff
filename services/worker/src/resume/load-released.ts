import type { Log } from '@commonstream/runtime'
import type { Kafka } from 'kafkajs'
import type { StreamContext } from '../flush/stream-context.ts'
import type { Released } from '../fold/publish.ts'

export async function loadReleased(_kafka: Kafka, _context: StreamContext, _log: Log): Promise<Released> {
  const map = new Map<string, readonly number[]>()
  return { get: (key) => map.get(key), add: (key, values) => void map.set(key, values) }
}

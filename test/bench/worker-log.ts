import { createKafka, createLog } from '@commonstream/runtime'
import { eventsTopic, type Stream } from '@commonstream/schemas'
import type { Producer } from 'kafkajs'
import { loadLog, type LoadOptions } from '../support/log-load.ts'
import type { TestStack } from '../support/stack.ts'

export interface WorkerJob {
  readonly sensors: readonly string[]
  readonly minutes: number
  /** Event time of the first minute, epoch ms. */
  readonly start: number
}

const SAY_EVERY_MS = 10_000

/** The load of a job, as `loadLog` takes it. */
export function loadOf(stream: Stream, job: WorkerJob): LoadOptions {
  return { stream, ...job, disorder: 0.05, duplicates: 0.01, seed: 1 }
}

/** Writes the same job into the logs of several streams at once. Returns the events of each. */
export async function loadLogs(
  stack: TestStack,
  streams: readonly Stream[],
  job: WorkerJob,
  onShare: (share: number) => void,
): Promise<number> {
  const expected = job.sensors.length * job.minutes * streams.length
  const sent = new Map<string, number>()
  let said = 0
  const counts = await Promise.all(
    streams.map(async (stream) => {
      const producer = createKafka(stack.brokers, `load-${stream.name}`, createLog('bench', 'silent')).producer()
      await producer.connect()
      try {
        await writeFirstTick(producer, stream, job.start)
        return await loadLog(producer, loadOf(stream, job), (events) => {
          sent.set(stream.name, events)
          if (performance.now() - said < SAY_EVERY_MS) return
          said = performance.now()
          onShare([...sent.values()].reduce((a, b) => a + b, 0) / expected)
        })
      } finally {
        await producer.disconnect()
      }
    }),
  )
  return counts[0] as number
}

/** The bridge was there from the first window's start: a protected stream releases no window that it did not see whole. */
async function writeFirstTick(producer: Producer, stream: Stream, asOf: number): Promise<void> {
  const headers = { kind: 'tick', bridge: 'load', asOf: String(asOf) }
  const messages = Array.from({ length: stream.partitions }, (_, partition) => ({ partition, key: null, value: null, headers }))
  await producer.send({ topic: eventsTopic(stream.name), acks: -1, messages })
}

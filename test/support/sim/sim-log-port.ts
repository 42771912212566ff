import type { LogPort } from '@commonstream/worker/ports/log-port.ts'
import { type Faults, request } from './faults.ts'
import type { SimKafka } from './sim-kafka.ts'
import { SimMember } from './sim-member.ts'
import type { SimProcess } from './sim-process.ts'

const FETCHED = 200

/** The log as one process reaches it. */
export function simLogPort(kafka: SimKafka, process: SimProcess, faults: Faults): LogPort {
  const ask = <T>(name: string, effect: (partial: boolean) => T) => request(faults, process, 'kafka', name, effect)
  return {
    connect: () => ask('connect', () => undefined),
    disconnect: async () => undefined,
    append: (topic, partition, entries) =>
      ask(`append ${topic}`, (partial) => {
        // A producer's batch is there as a whole or not at all; several batches need not all be.
        kafka.append(topic, partition, partial ? entries.slice(0, entries.length >> 1) : entries)
      }),
    ends: (topic) => ask('ends', () => kafka.partitions(topic).map(({ low, end }, partition) => ({ partition, low, high: end }))),
    committed: (group, topic, partition) => ask('committed', () => kafka.group(group, topic).committed.get(partition) ?? -1),
    setCommitted: (group, topic, partition, offset) =>
      ask('setCommitted', () => void kafka.group(group, topic).committed.set(partition, offset)),
    offsetAt: (topic, partition, ms) =>
      ask('offsetAt', () => {
        const log = kafka.partition(topic, partition)
        const found = log.slice(log.low, log.end).find((r) => r.appended >= ms)
        return found?.offset ?? log.end
      }),
    member: (options) => new SimMember(kafka.group(options.group, options.topic), process, faults, options),
    async readRange(topic, partition, from, to, take) {
      take(await ask('fetch', () => kafka.partition(topic, partition).slice(from, to)))
    },
    async readToEnd(topic, take) {
      const ends = await ask('ends', () => kafka.partitions(topic).map(({ low, end }) => ({ low, end })))
      for (const [partition, { low, end }] of ends.entries()) {
        for (let from = low; from < end; from += FETCHED) {
          const to = Math.min(end, from + FETCHED)
          if (take(partition, await ask('fetch', () => kafka.partition(topic, partition).slice(from, to))) === true) break
        }
      }
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { type City, eventsTopic } from '@commonstream/schemas'
import { healthOf } from './ask-stack.ts'
import type { TestStack } from './stack.ts'
import { certifiedOf } from './worker.ts'

/** How long (ms) it took from what the log held at a moment to the ledger's word for it; one for each moment. */
export async function certificationDelays(stack: TestStack, city: City, forMs: number): Promise<number[]> {
  const admin = stack.kafka.admin()
  await admin.connect()
  try {
    const delays: number[] = []
    for (const until = performance.now() + forMs; performance.now() < until; ) {
      const begin = performance.now()
      for (const { name } of city.streams) {
        const ends = await admin.fetchTopicOffsets(eventsTopic(name))
        for (;;) {
          const certified = await certifiedOf(stack, name)
          if (ends.every(({ partition, high }) => (certified.get(partition) ?? -1) >= Number(high) - 1)) break
          await sleep(50)
        }
      }
      delays.push(performance.now() - begin)
    }
    return delays
  } finally {
    await admin.disconnect()
  }
}

/** Asks as many as `clients` at a time the longest questions there are, each another one; ends it and tells the answers by status. */
export function askForMuch(stack: TestStack, city: City, clients: number): () => Promise<ReadonlyMap<number, number>> {
  const answers = new Map<number, number>()
  const { streams } = city
  const ending = new AbortController()
  const ask = async (client: number) => {
    for (let n = 0; !ending.signal.aborted; n++) {
      const stream = streams[n % streams.length]
      const to = Date.now() - (client * 1_000 + n) * 60_000
      const query = new URLSearchParams({
        ...{ property: stream?.properties[0]?.name ?? '', every: 'PT1H', by: 'sensor', limit: '10000' },
        ...{ from: new Date(to - 30 * 86_400_000).toISOString(), to: new Date(to).toISOString() },
      })
      const response = await fetch(`${stack.url('query')}/v1/streams/${stream?.name}/aggregates?${query.toString()}`)
      await response.arrayBuffer()
      answers.set(response.status, (answers.get(response.status) ?? 0) + 1)
    }
  }
  const running = Array.from({ length: clients }, (_, client) => ask(client))
  return async () => {
    ending.abort()
    await Promise.all(running)
    // Whoever asked too much is sent away; nobody is left without an answer.
    await healthOf(stack, 'query')
    return answers
  }
}

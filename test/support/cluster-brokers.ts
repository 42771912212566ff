import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterPlace } from '@commonstream/embedded/kafka/server-properties.ts'
import { askKafka, newClusterId, spawnKafka } from '@commonstream/embedded/start-kafka.ts'
import { portOf } from '@commonstream/runtime'
import type { Admin } from 'kafkajs'
import { Service } from './cluster-service.ts'
import { startTcpProxy, type Tap, type TcpProxy } from './tcp-proxy.ts'

/** Brokers that keep every record on each of them; clients reach them through proxies alone. */
export interface Brokers {
  readonly nodes: readonly Service[]
  /** What clients are given: the proxies' addresses. */
  readonly addresses: string
  stop(): Promise<void>
}

/**
 * Starts 1 or 3 brokers.
 * @param offsets a leased port offset for each
 * @param tap listens in on each client's connection
 */
export async function startBrokers(dir: string, offsets: readonly number[], tap: () => Tap): Promise<Brokers> {
  const id = newClusterId()
  const controllers = offsets.map((offset) => portOf('kafkaController', offset))
  const proxies: TcpProxy[] = []
  const nodes: Service[] = []
  for (const [i, offset] of offsets.entries()) {
    const port = portOf('kafka', offset)
    const proxy = await startTcpProxy(port, tap)
    proxies.push(proxy)
    // No query service runs at this offset: its port is free for the brokers among themselves.
    const cluster: ClusterPlace = { id, node: i + 1, controllers, replicationPort: portOf('query', offset) }
    const options = {
      ...{ dir: path.join(dir, `kafka-${i + 1}`), log: path.join(dir, 'log', `kafka-${i + 1}.log`), port },
      ...{ controllerPort: portOf('kafkaController', offset), advertisedPort: proxy.port },
      ...(offsets.length > 1 && { cluster }),
    }
    nodes.push(new Service({ name: `broker ${i + 1}`, start: () => spawnKafka(options), ready: () => askKafka(port) }))
  }
  await Promise.all(nodes.map((node) => node.start()))
  return {
    nodes,
    addresses: proxies.map((proxy) => `127.0.0.1:${proxy.port}`).join(','),
    async stop() {
      // At the same time: the last of a quorum would wait for the others in vain.
      await Promise.all(nodes.map((node) => node.stop()))
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}

/** Waits until every replica of these topics is in sync. @throws after `limitMs` */
export async function untilInSync(admin: Admin, topics: readonly string[], limitMs = 90_000): Promise<void> {
  for (const until = Date.now() + limitMs; ; await sleep(200)) {
    const behind = await behindOf(admin, topics)
    if (behind.length === 0) return
    if (Date.now() > until) throw new Error(`replicas are not in sync after ${limitMs} ms: ${behind.join(', ')}`)
  }
}

async function behindOf(admin: Admin, names: readonly string[]): Promise<string[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
    return topics.flatMap(({ name, partitions }) =>
      partitions.filter((p) => p.leader < 0 || p.isr.length < p.replicas.length).map((p) => `${name}[${p.partitionId}]`),
    )
  } catch (error) {
    // A broker on its way back may not answer, or not know the topic yet.
    return [error instanceof Error ? error.message : String(error)]
  }
}

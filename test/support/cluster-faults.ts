import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventsTopic } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import { untilInSync } from './cluster-brokers.ts'
import type { Cluster } from './cluster.ts'
import type { Service } from './cluster-service.ts'
import { killStorm } from './cluster-storm.ts'
import { OFFSET_COMMIT, PRODUCE } from './tcp-proxy-cuts.ts'

/** A fault that can be made; it has ended when `inject` resolves. */
export interface Fault {
  readonly name: string
  inject(): Promise<void>
}

const BROKER_AWAY_MS = 1_000
/** Long enough to see whether anything waits for it. */
const BROKER_LOST_MS = 20_000
const STORE_AWAY_MS = 2_000
/** Longer than a member's session of six seconds. */
const FROZEN_MS = 8_000
const CUT_MS = 3_000
const CUT_LIMIT_MS = 60_000
/** In this time a worker writes the rows of a chunk that has ended, and commits the next one's start. */
const FLUSH_MS = 1_500

/** Every fault that a cluster knows, by what it hits; which process of a kind is chosen by `random`, in [0, 1). */
export function clusterFaults(cluster: Cluster, random: () => number) {
  const { fleet, brokers, clickhouse, cuts, admin } = cluster
  const one = (services: readonly Service[]): Service => {
    const running = services.filter((s) => s.runs)
    return running[Math.floor(random() * running.length)] as Service
  }
  const topics = cluster.city.streams.map((s) => eventsTopic(s.name))
  const inSync = () => untilInSync(admin, topics)
  let [lost, changes] = [0, 0]
  return {
    killWorker: { name: 'worker: SIGKILL', inject: () => one(fleet.workers).kill() },
    killWorkerAtChunkEnd: {
      name: 'worker: SIGKILL around the end of its chunks',
      async inject() {
        await endChunks(cluster)
        await sleep(random() * FLUSH_MS)
        await one(fleet.workers).kill()
      },
    },
    killBridge: { name: 'bridge: SIGKILL', inject: () => one(fleet.bridges).kill() },
    bounceBroker: {
      name: 'broker: SIGKILL, 1 s away',
      async inject() {
        await inSync()
        await killFor(one(brokers.nodes), BROKER_AWAY_MS)
      },
    },
    loseBroker: {
      name: 'broker: SIGKILL, away until all goes on without it',
      async inject() {
        await inSync()
        // Each in its turn: every group's coordinator is among them.
        await (brokers.nodes[lost++ % brokers.nodes.length] as Service).kill(BROKER_LOST_MS)
      },
    },
    rollBrokers: {
      name: 'brokers: rolled, one SIGTERM after the other',
      async inject() {
        for (const node of brokers.nodes) {
          await inSync()
          await node.bounce(BROKER_AWAY_MS)
          await node.ready()
        }
      },
    },
    freezeWorker: {
      name: `worker: SIGSTOP for ${FROZEN_MS / 1_000} s (session 6 s), SIGCONT`,
      inject: () => freeze(one(fleet.workers)),
    },
    freezeBroker: {
      name: `broker: SIGSTOP for ${FROZEN_MS / 1_000} s (session 3 s), SIGCONT`,
      async inject() {
        await inSync()
        await freeze(one(brokers.nodes))
      },
    },
    freezeBridge: { name: `bridge: SIGSTOP for ${FROZEN_MS / 1_000} s, SIGCONT`, inject: () => freeze(one(fleet.bridges)) },
    cutBridge: {
      name: 'bridge and broker: cut before the reply to a produce request',
      inject: () => cutFor(cuts.kafka, { client: /bridge/, api: PRODUCE }, 'produce requests of bridges'),
    },
    cutWorker: {
      name: 'worker and broker: cut before the reply to a produce request',
      inject: () => cutFor(cuts.kafka, { client: /^worker/, api: PRODUCE }, 'produce requests of workers'),
    },
    cutCommit: {
      name: 'worker and broker: cut before the reply to a commit',
      async inject() {
        cuts.kafka.arm({ client: /^worker/, api: OFFSET_COMMIT })
        // A commit that fails is not tried again: the next chunk's end brings the next one.
        for (const until = Date.now() + CUT_LIMIT_MS; cuts.kafka.cuts === 0 && Date.now() < until; await sleep(FLUSH_MS))
          await endChunks(cluster)
        await sleep(CUT_MS)
        if (cuts.kafka.disarm() === 0) throw new Error(`no commits to cut: ${notCommitted(cluster)}`)
      },
    },
    cutStore: {
      name: 'worker and ClickHouse: cut before the reply to an insert',
      inject: () => cutFor(cuts.store, /INSERT INTO/, 'inserts'),
    },
    killStore: { name: 'ClickHouse: SIGKILL, 2 s away', inject: () => killFor(clickhouse, STORE_AWAY_MS) },
    killStoreAndWorker: {
      name: 'ClickHouse and worker: SIGKILL at once',
      inject: async () => void (await Promise.all([killFor(clickhouse, STORE_AWAY_MS), one(fleet.workers).kill()])),
    },
    killStorm: killStorm(cluster, inSync, random),
    killBrokerAndOthers: {
      name: 'first broker lost, bridge and worker SIGKILLed and started without it',
      async inject() {
        await inSync()
        const services = [one(fleet.bridges), one(fleet.workers)]
        await (brokers.nodes[0] as Service).kill(BROKER_LOST_MS)
        await Promise.all(services.map((service) => service.kill()))
      },
    },
    changeContract: {
      name: 'contract changed by a fold marker, old and new workers',
      async inject() {
        const wanted = changes++ % 2 === 0 ? cluster.schemas.second : cluster.schemas.first
        // Half of the workers know the new contract from now on; the others come to know it by the log alone.
        for (const worker of fleet.workers.filter((w, i) => w.runs && i % 2 === 1)) {
          fleet.useSchemas(worker, wanted)
          await worker.bounce()
        }
        const steps = await cluster.apply(wanted)
        if (steps.every((step) => step.do !== 'append marker')) throw new Error('the changed contract needed no marker')
      },
    },
  } satisfies Record<string, Fault>
}

/** More or fewer workers than before. */
export function scaleWorkers({ fleet }: Cluster, from: number, to: number): Fault {
  return {
    name: `workers: ${from} → ${to}`,
    async inject() {
      if (to > from) await Promise.all(fleet.workers.slice(from, to).map((worker) => worker.start()))
      else await Promise.all(fleet.workers.slice(to, from).map((worker) => worker.stop()))
    },
  }
}

/** Ends the chunk at hand of every partition: the newest fold marker once more changes nothing else. */
async function endChunks(cluster: Cluster): Promise<void> {
  const query = 'SELECT stream, argMax(documents, version) AS documents FROM city.ledger GROUP BY stream'
  const newest = new Map((await storeRows<{ stream: string; documents: string }>(cluster, query)).map((row) => [row.stream, row.documents]))
  const producer = cluster.kafka.producer()
  await producer.connect()
  try {
    for (const { name, partitions } of cluster.city.streams) {
      const document = (JSON.parse(newest.get(name) ?? '[]') as unknown[]).at(-1)
      for (let partition = 0; partition < partitions; partition++)
        await producer.send({
          topic: eventsTopic(name),
          acks: -1,
          messages: [{ partition, key: null, value: JSON.stringify(document), headers: { kind: 'fold' } }],
        })
    }
  } finally {
    await producer.disconnect()
  }
}

/** What the workers said of commits that failed. */
function notCommitted({ dir, fleet }: Cluster): string {
  const logs = fleet.workers.map(({ name }) => path.join(dir, 'log', `${name}.log`)).filter((log) => existsSync(log))
  const lines = logs.flatMap((log) => readFileSync(log, 'utf8').split('\n')).filter((line) => line.includes('chunk start not committed'))
  return lines.slice(-4).join('\n') || 'nothing was said about any'
}

/** Kills a process and resolves when its time away is over. */
async function killFor(service: Service, awayMs: number): Promise<void> {
  await service.kill(awayMs)
  await sleep(awayMs)
}

async function freeze(service: Service): Promise<void> {
  service.signal('SIGSTOP')
  await sleep(FROZEN_MS)
  service.signal('SIGCONT')
}

/** Cuts for a while, and as much longer as it takes until something was cut. @throws when nothing comes to be cut */
async function cutFor<Rule>(
  cutter: { arm(rule: Rule): void; disarm(): number; readonly cuts: number },
  rule: Rule,
  what: string,
): Promise<void> {
  cutter.arm(rule)
  const begin = performance.now()
  while (performance.now() - begin < CUT_MS || (cutter.cuts === 0 && performance.now() - begin < CUT_LIMIT_MS)) await sleep(50)
  if (cutter.disarm() === 0) throw new Error(`for ${CUT_LIMIT_MS} ms there were no ${what} to cut`)
}

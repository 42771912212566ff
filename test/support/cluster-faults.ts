import { setTimeout as sleep } from 'node:timers/promises'
import { eventsTopic } from '@commonstream/schemas'
import { untilInSync } from './cluster-brokers.ts'
import type { Cluster } from './cluster.ts'
import type { Service } from './cluster-service.ts'
import { OFFSET_COMMIT, PRODUCE } from './tcp-proxy-cuts.ts'

/** A fault that can be made; it has ended when `inject` resolves. */
export interface Fault {
  readonly name: string
  inject(): Promise<void>
}

const BROKER_AWAY_MS = 1_000
const STORE_AWAY_MS = 2_000
/** Longer than a member's session of six seconds. */
const FROZEN_MS = 8_000
const CUT_MS = 3_000
/** Chunk starts are committed only when a chunk ends, which takes a while to come. */
const COMMIT_CUT_LIMIT_MS = 20_000
/** A worker that is told to end writes what it has first. */
const START_LIMIT_MS = 60_000

/** Every fault that a cluster knows, by what it hits; which process of a kind is chosen by `random`, in [0, 1). */
export function clusterFaults(cluster: Cluster, random: () => number) {
  const { fleet, brokers, clickhouse, cuts, admin } = cluster
  const one = (services: readonly Service[]): Service => {
    const running = services.filter((s) => s.runs)
    return running[Math.floor(random() * running.length)] as Service
  }
  const topics = cluster.city.streams.map((s) => eventsTopic(s.name))
  const inSync = () => untilInSync(admin, topics)
  return {
    killWorker: { name: 'worker: SIGKILL', inject: () => one(fleet.workers).kill() },
    killBridge: { name: 'bridge: SIGKILL', inject: () => one(fleet.bridges).kill() },
    bounceBroker: {
      name: 'broker: SIGKILL, 1 s away',
      async inject() {
        await inSync()
        await killFor(one(brokers.nodes), BROKER_AWAY_MS)
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
      async inject() {
        const worker = one(fleet.workers)
        worker.signal('SIGSTOP')
        await sleep(FROZEN_MS)
        worker.signal('SIGCONT')
      },
    },
    cutBridge: {
      name: 'bridge and broker: cut before the reply to a produce request',
      inject: () => cutFor(cuts.kafka, { client: /bridge/, api: PRODUCE }, 'produce requests of bridges'),
    },
    cutWorker: {
      name: 'worker and broker: cut before the reply to a produce request',
      inject: () => cutFor(cuts.kafka, { client: /^worker/, api: PRODUCE }, 'produce requests of workers', COMMIT_CUT_LIMIT_MS),
    },
    cutCommit: {
      name: 'worker and broker: cut before the reply to a commit',
      inject: () => cutFor(cuts.kafka, { client: /^worker/, api: OFFSET_COMMIT }, 'commits', COMMIT_CUT_LIMIT_MS),
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
    killBrokerAndBridge: {
      name: 'broker and bridge: SIGKILL at once',
      async inject() {
        await inSync()
        await Promise.all([killFor(one(brokers.nodes), BROKER_AWAY_MS), one(fleet.bridges).kill()])
      },
    },
    changeContract: {
      name: 'contract changed by a fold marker, old and new workers',
      async inject() {
        // Half of the workers know the new contract from now on; the others come to know it by the log alone.
        for (const worker of fleet.workers.filter((w, i) => w.runs && i % 2 === 1)) {
          fleet.useSchemas(worker, cluster.schemas.second)
          await worker.bounce()
        }
        const steps = await cluster.apply(cluster.schemas.second)
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

/** Kills a process and resolves when its time away is over. */
async function killFor(service: Service, awayMs: number): Promise<void> {
  await service.kill(awayMs)
  await sleep(awayMs)
}

/** Cuts for a while, and as much longer as it takes until something was cut. @throws when nothing comes to be cut */
async function cutFor<Rule>(
  cutter: { arm(rule: Rule): void; disarm(): number; readonly cuts: number },
  rule: Rule,
  what: string,
  limitMs = START_LIMIT_MS,
): Promise<void> {
  cutter.arm(rule)
  const begin = performance.now()
  while (performance.now() - begin < CUT_MS || (cutter.cuts === 0 && performance.now() - begin < limitMs)) await sleep(50)
  if (cutter.disarm() === 0) throw new Error(`for ${limitMs} ms there were no ${what} to cut`)
}

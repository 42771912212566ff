import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { apply, clientsOf, plan, type Step } from '@commonstream/apply'
import { askClickHouse, spawnClickHouse } from '@commonstream/embedded/start-clickhouse.ts'
import { createKafka, createLog, createStore, portOf } from '@commonstream/runtime'
import { type City, loadCity } from '@commonstream/schemas'
import type { Admin, Kafka } from 'kafkajs'
import { type Brokers, startBrokers } from './cluster-brokers.ts'
import { FIRST, SECOND, SENSORS, WINDOW_MS, writeClusterCity } from './cluster-contracts.ts'
import { MEAN_VALUE } from './ack-ledger.ts'
import { type Fleet, startFleet } from './cluster-processes.ts'
import { Service } from './cluster-service.ts'
import { leasePorts, type PortLease } from './ports.ts'
import { type Cutter, httpCutter, kafkaCutter, type KafkaRule } from './tcp-proxy-cuts.ts'
import { startTcpProxy } from './tcp-proxy.ts'

export interface ClusterOptions {
  readonly brokers: 1 | 3
  readonly bridges: number
  /** The most workers there may be at a time; none runs at first. */
  readonly workers: number
  /** Of each stream's log. */
  readonly partitions: number
  /** Events a second of both streams together, from which the alert rule's threshold follows. */
  readonly rate: number
}

/** Brokers, a store, bridges and workers, each in a process of its own that may be killed, with proxies between them. */
export interface Cluster {
  readonly dir: string
  /** CITY_DATA_DIR of bridges and workers. */
  readonly dataDir: string
  readonly city: City
  readonly brokers: Brokers
  readonly clickhouse: Service
  readonly fleet: Fleet
  readonly kafka: Kafka
  readonly admin: Admin
  /** Asks the store past the proxy. */
  readonly store: ClickHouseClient
  /** Cut replies of Kafka, and of the store to workers. */
  readonly cuts: { readonly kafka: Cutter<KafkaRule>; readonly store: Cutter<RegExp> }
  /** Folders of the contracts: as they are at first, and changed. */
  readonly schemas: { readonly first: string; readonly second: string }
  /** Applies the contracts of a folder; returns what was done. */
  apply(schemas: string): Promise<readonly Step[]>
  /** Ends everything and removes the folder (CITY_KEEP=1 keeps it). */
  stop(): Promise<void>
}

const QUERY_LIMIT_MS = 60_000

export async function startCluster(o: ClusterOptions): Promise<Cluster> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'city-cluster-'))
  const leases: PortLease[] = []
  const ends: (() => Promise<unknown>)[] = [async () => Promise.all(leases.map((lease) => lease.release()))]
  const stop = async () => {
    for (const end of ends.reverse()) await end()
    if (process.env['CITY_KEEP'] !== '1') rmSync(dir, { recursive: true, force: true })
  }
  try {
    for (let i = 0; i < Math.max(o.brokers, o.bridges, o.workers); i++) leases.push(await leasePorts())
    return { ...(await build(o, dir, leases, ends)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function build(
  o: ClusterOptions,
  dir: string,
  leases: readonly PortLease[],
  ends: (() => Promise<unknown>)[],
): Promise<Omit<Cluster, 'stop'>> {
  const offsets = leases.map((lease) => lease.offset)
  const usual = ((o.rate * WINDOW_MS) / 1_000 / (2 * SENSORS.length)) * MEAN_VALUE
  const schemas = {
    first: writeClusterCity(path.join(dir, 'schemas-1'), o.partitions, usual, FIRST),
    second: writeClusterCity(path.join(dir, 'schemas-2'), o.partitions, usual, SECOND),
  }
  const cuts = { kafka: kafkaCutter(), store: httpCutter() }
  const [brokers, clickhouse] = await Promise.all([
    startBrokers(dir, offsets.slice(0, o.brokers), () => cuts.kafka.tap()),
    startStore(dir, offsets[0] as number),
  ])
  ends.push(
    () => brokers.stop(),
    () => clickhouse.service.stop(),
  )
  const storeProxy = await startTcpProxy(clickhouse.port, () => cuts.store.tap())
  ends.push(() => storeProxy.close())
  const fleet = startFleet({
    ...{ dir, offsets, schemas: schemas.first, bridges: o.bridges, workers: o.workers },
    ...{ kafka: brokers.addresses, store: `http://127.0.0.1:${storeProxy.port}` },
  })
  ends.push(() => fleet.stop())
  const url = `http://127.0.0.1:${clickhouse.port}`
  const store = createStore({ url, user: 'default', password: '' }, { requestTimeoutMs: QUERY_LIMIT_MS })
  const kafka = createKafka(brokers.addresses, 'test', createLog('test', 'silent'))
  const admin = kafka.admin()
  await admin.connect()
  ends.push(
    () => store.close(),
    () => admin.disconnect(),
  )
  const applied = (folder: string) => applyFolder(folder, { brokers: brokers.addresses, replication: o.brokers, url })
  await applied(schemas.first)
  const city = await loadCity(schemas.first)
  return {
    dir,
    dataDir: fleet.dataDir,
    city,
    brokers,
    clickhouse: clickhouse.service,
    fleet,
    kafka,
    admin,
    store,
    cuts,
    schemas,
    apply: applied,
  }
}

async function startStore(dir: string, offset: number): Promise<{ service: Service; port: number }> {
  const port = portOf('clickhouse', offset)
  const options = { dir: path.join(dir, 'clickhouse'), port, log: path.join(dir, 'log', 'clickhouse.log') }
  const service = new Service({
    name: 'ClickHouse',
    start: () => spawnClickHouse(options),
    ready: () => askClickHouse(`http://127.0.0.1:${port}`),
  })
  await service.start()
  return { service, port }
}

async function applyFolder(folder: string, to: { brokers: string; replication: number; url: string }): Promise<readonly Step[]> {
  const clients = clientsOf({ brokers: to.brokers, store: { url: to.url, user: 'default', password: '' } }, createLog('apply', 'silent'))
  try {
    const made = await plan(await loadCity(folder), clients, { ttl: false, replication: to.replication, now: Date.now() })
    await apply(made, clients)
    return made.steps
  } finally {
    await clients.store.close()
  }
}

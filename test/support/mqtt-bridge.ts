import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type EmbeddedKafka, startKafka } from '@commonstream/embedded'
import { type Child, startChild } from '@commonstream/embedded/child/start-child.ts'
import { createKafka, createLog, PORTS } from '@commonstream/runtime'
import type { Admin } from 'kafkajs'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'
import { copyCity } from './city-folder.ts'
import { leasePorts } from './ports.ts'
import { type City, loadCity, topicsOf } from '@commonstream/schemas'

const ROOT = path.resolve(import.meta.dirname, '..', '..')

/** The city of the checkout. */

/** Creates the topics that a city's contracts ask for. */
export async function createTopics(brokers: string, city: Pick<City, 'streams'>): Promise<void> {
  const admin = createKafka(brokers, 'topics', createLog('test', 'silent')).admin()
  await admin.connect()
  try {
    const topics = topicsOf(city).map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: 1,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    }))
    await admin.createTopics({ topics, waitForLeaders: false })
    for (
      let i = 0;
      i < 100 &&
      !(await hasLeaders(
        admin,
        topics.map((t) => t.topic),
      ));
      i++
    )
      await new Promise((resolve) => setTimeout(resolve, 100))
  } finally {
    await admin.disconnect()
  }
}

async function hasLeaders(admin: Admin, topics: string[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics })
    return metadata.topics.every((t) => t.partitions.length > 0 && t.partitions.every((p) => p.leader >= 0))
  } catch (error) {
    // A topic that was created a moment ago may be unknown to the broker that is asked.
    if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return false
    throw error
  }
}

/** A bridge in a process of its own, which ends with this one. */
export interface BridgeProcess {
  readonly child: Child
  readonly pid: number
  readonly mqttPort: number
  readonly pushPort: number
  readonly healthUrl: string
  /** Everything it has logged. */
  log(): string
  health(): Promise<{ status: number; body: Health }>
  /** Stops it with SIGTERM and gives its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a crash would. */
  crash(): Promise<void>
}

export interface Health {
  ready: boolean
  parts: { name: string; state: string; reason: string | null }[]
  details: BridgeDetails
}

/** What these tests read of the bridge's own details. */
export interface BridgeDetails {
  readonly connections: number
  readonly heldBytes: number
  readonly unacknowledgedBytes: number
  readonly packets: Readonly<Record<string, number>>
  readonly polls: Readonly<Record<string, { readonly heard: string | null; readonly trouble: string | null }>>
  readonly streams: Readonly<Record<string, StreamDetails & { readonly catchUpUntil: string | null }>>
  readonly astray: StreamDetails
  readonly lastTick: { readonly asOf: string; readonly at: string } | null
}

export interface StreamDetails {
  readonly received: number
  readonly stored: number
  readonly clamped: number
  readonly refused: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
}

export interface BridgeOptions {
  readonly brokers: string
  readonly dataDir: string
  readonly offset: number
  readonly env?: Record<string, string>
  /** Arguments for Node, such as `--cpu-prof`. */
  readonly node?: readonly string[]
  /** Resolve when it is ready (the default), or as soon as it runs. */
  readonly wait?: boolean
}

/** Starts a bridge on an offset's ports; its log is `<dataDir>/bridge.log`. */
export async function startBridge(o: BridgeOptions): Promise<BridgeProcess> {
  const child = startChild({
    name: 'bridge',
    command: process.execPath,
    args: [...(o.node ?? []), path.join(ROOT, 'services/bridge/src/main.ts')],
    env: {
      ...{ PATH: process.env['PATH'], CITY_PORT_OFFSET: String(o.offset), CITY_KAFKA: o.brokers, CITY_DATA_DIR: o.dataDir },
      CITY_SCHEMAS: copyCity(path.join(o.dataDir, 'schemas')),
      ...o.env,
    },
    log: path.join(o.dataDir, 'bridge.log'),
  })
  const healthUrl = `http://127.0.0.1:${PORTS.bridge + o.offset}`
  const bridge: BridgeProcess = {
    child,
    pid: child.pid,
    mqttPort: PORTS.mqtt + o.offset,
    pushPort: PORTS.push + o.offset,
    healthUrl,
    log: () => readFileSync(child.log, 'utf8'),
    async health() {
      const response = await fetch(`${healthUrl}/health/ready`)
      return { status: response.status, body: (await response.json()) as Health }
    },
    stop: async () => (await child.stop()).code,
    async crash() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
  if (o.wait !== false) await untilReady(bridge)
  return bridge
}

async function untilReady(bridge: BridgeProcess): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (bridge.child.exit !== null) throw new Error(`the bridge ended with ${bridge.child.exit.code}:\n${bridge.log()}`)
    const status = await bridge.health().then(
      (h) => h.status,
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await bridge.crash()
  throw new Error(`the bridge was not ready within 30 s:\n${bridge.log()}`)
}

export function loadTestCity(): Promise<City> {
  return twoStreams()
}

/** Kafka with the city's topics and a bridge on it, each stoppable, on ports and in a folder of their own. */
export interface BridgeStack {
  readonly dir: string
  readonly brokers: string
  readonly city: City
  readonly bridge: BridgeProcess
  stopKafka(): Promise<void>
  startKafka(): Promise<void>
  /** Starts the bridge again after `bridge.stop` or `bridge.crash`. */
  restartBridge(): Promise<void>
  stop(): Promise<void>
}

/** Starts Kafka and a bridge; `env` is the bridge's, `streams` are shipped ones, the usual two unless named. */
export async function startBridgeStack(o: { env?: Record<string, string>; streams?: readonly string[] } = {}): Promise<BridgeStack> {
  const lease = await leasePorts()
  const dir = mkdtempSync(path.join(tmpdir(), 'bridge-test-'))
  const options = { dir: path.join(dir, 'kafka'), port: PORTS.kafka + lease.offset, controllerPort: PORTS.kafkaController + lease.offset }
  let kafka: EmbeddedKafka | null = await startKafka(options)
  const { brokers } = kafka
  const schemas = copyCity(path.join(dir, 'schemas'), o.streams)
  const city = await loadCity(schemas)
  await createTopics(brokers, city)
  const env = { CITY_SCHEMAS: schemas, ...o.env }
  const run = () => startBridge({ brokers, dataDir: path.join(dir, 'data'), offset: lease.offset, env })
  let bridge = await run()
  const stack: BridgeStack = {
    dir,
    brokers,
    city,
    get bridge() {
      return bridge
    },
    async stopKafka() {
      await kafka?.stop()
      kafka = null
    },
    async startKafka() {
      kafka ??= await startKafka(options)
    },
    async restartBridge() {
      bridge = await run()
    },
    async stop() {
      await bridge.stop()
      await stack.stopKafka()
      await lease.release()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return stack
}

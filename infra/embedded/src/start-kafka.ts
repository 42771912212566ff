import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Child, startChild } from './child/start-child.ts'
import { waitUntil } from './child/wait-until.ts'
import { brokerArguments, toolArguments } from './kafka/java.ts'
import { type ServerOptions, serverProperties } from './kafka/server-properties.ts'

export interface KafkaOptions extends ServerOptions {
  /** Folder of its state. */
  readonly dir: string
  /** The JVM's heap (256m). */
  readonly heap?: string
  /** Defaults to `<dir>/kafka.log`. */
  readonly log?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A running broker. `brokers` is what `createKafka` takes. */
export interface EmbeddedKafka {
  readonly brokers: string
  readonly pid: number
  readonly child: Child
  stop(): Promise<void>
}

const START_LIMIT_MS = 90_000
const PROPERTIES = 'server.properties'

/** Starts the broker's process without waiting for it; a new folder is formatted first. */
export async function spawnKafka(o: KafkaOptions): Promise<Child> {
  const dir = path.resolve(o.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(dir, PROPERTIES), serverProperties(o))
  if (!existsSync(path.join(dir, 'data', 'meta.properties'))) {
    // Written with = because one id in 64 begins with a dash.
    const id = o.cluster?.id ?? newClusterId()
    await promisify(execFile)('java', toolArguments('kafka.tools.StorageTool', ['format', `--cluster-id=${id}`, '-c', PROPERTIES]), {
      cwd: dir,
    })
  }
  const { args, stopped } = brokerArguments(o.heap ?? '256m', PROPERTIES)
  const child = startChild({
    name: 'kafka',
    command: 'java',
    args,
    cwd: dir,
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...o.env },
    log: o.log ?? path.join(dir, 'kafka.log'),
  })
  void child.exited.then(stopped)
  return child
}

/** An id for the brokers of a new cluster. */
export function newClusterId(): string {
  return randomBytes(16).toString('base64url')
}

/** Throws unless the broker's port, which opens last of all, accepts connections. */
export async function askKafka(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer in 2 s')))
  })
}

/**
 * One Apache Kafka broker (KRaft) on loopback, ready to be asked; one of a cluster is once most of its nodes run.
 * Acknowledged records survive kill -9.
 * @throws CityError `CHILD_FAILED` with the end of its log, `KAFKA_MISSING` without the jars
 */
export async function startKafka(o: KafkaOptions): Promise<EmbeddedKafka> {
  const child = await spawnKafka(o)
  try {
    await waitUntil(child, () => askKafka(o.port), { limitMs: START_LIMIT_MS })
  } catch (error) {
    await child.stop()
    throw error
  }
  return { brokers: `127.0.0.1:${o.advertisedPort ?? o.port}`, pid: child.pid, child, stop: async () => void (await child.stop()) }
}

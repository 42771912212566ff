import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Child, startChild } from '@commonstream/embedded/child/start-child.ts'
import { tailOf, waitUntil } from '@commonstream/embedded/child/wait-until.ts'
import { askClickHouse } from '@commonstream/embedded/start-clickhouse.ts'
import { askKafka } from '@commonstream/embedded/start-kafka.ts'
import { isAlive } from '@commonstream/embedded/state/processes.ts'
import { type Tokens, tokensOf } from '@commonstream/embedded/state/tokens-file.ts'
import { createKafka, createLog, createStore, LOOPBACK, PORTS, portOf } from '@commonstream/runtime'
import type { Kafka } from 'kafkajs'
import { copyCity } from './city-folder.ts'
import { leasePorts, type PortLease } from './ports.ts'
import { pidOf, processesOf } from './process.ts'

export type StackPart = 'kafka' | 'clickhouse' | 'bridge' | 'worker' | 'query'

export interface StackOptions {
  /** CITY_CLOCK; the present without. */
  readonly clock?: string
  /** CITY_SCHEMAS; without, the shipped city with the streams that are `TWO`. */
  readonly schemas?: string
  /** What runs beside the servers (apply, bridge, worker, query); all without. */
  readonly services?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** An existing state folder to run on, which then stays. */
  readonly dir?: string
}

/** A whole stack of its own, on free ports and a temporary folder. */
export interface TestStack {
  readonly dir: string
  readonly ports: Readonly<Record<keyof typeof PORTS, number>>
  /** `host:port` of the broker. */
  readonly brokers: string
  readonly kafka: Kafka
  /** A client of the database `city`. */
  readonly store: ClickHouseClient
  readonly tokens: Tokens
  /** What a program that runs beside it needs in its environment; on a replay with the clock's origin. */
  env(): Record<string, string>
  /** `http://…` of a part, `mqtt://…` of `mqtt`. */
  url(name: StackPart | 'mqtt'): string
  pid(name: StackPart | 'stack'): number
  /** Sends a signal (SIGKILL) and, when it ends the process, waits until it is gone. */
  kill(name: StackPart | 'stack', signal?: NodeJS.Signals): Promise<void>
  /** Waits until a part is ready, after a kill that of its next process. */
  waitReady(name: StackPart, limitMs?: number): Promise<void>
  /** The log of a part, or of `stack`, `apply`. */
  log(name: string): string
  /** Stops everything in order and removes the folder. @throws when a process is left or the stack did not end well */
  stop(): Promise<void>
}

const START_LIMIT_MS = 110_000
const MAIN = path.join(import.meta.dirname, '..', '..', 'infra', 'embedded', 'src', 'stack.ts')

/**
 * Starts a stack and waits for its line `ready`. It ends with this process whatever happens. CITY_KEEP=1 keeps its
 * folder. In tests, prefer `useStack`, which also shows the logs when a test fails.
 */
export async function startStack(options: StackOptions = {}): Promise<TestStack> {
  const lease = await leasePorts()
  const dir = options.dir ?? mkdtempSync(path.join(os.tmpdir(), 'city-stack-'))
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const env: Record<string, string> = {
    ...{ PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }) },
    CITY_DATA_DIR: dir,
    CITY_PORT_OFFSET: String(lease.offset),
    ...(options.clock !== undefined && { CITY_CLOCK: options.clock }),
    CITY_SCHEMAS: options.schemas ?? copyCity(path.join(dir, 'schemas')),
    ...(options.services !== undefined && { CITY_SERVICES: options.services.join(',') || 'none' }),
    ...options.env,
  }
  const log = path.join(dir, 'log', 'stack.log')
  const from = existsSync(log) ? readFileSync(log, 'utf8').length : 0
  const child = startChild({ name: 'stack', command: process.execPath, args: [MAIN], env, log })
  const ready = async () => {
    if (!/^ready$/m.test(readFileSync(log, 'utf8').slice(from))) throw new Error('no line "ready" yet')
  }
  try {
    await waitUntil(child, ready, { limitMs: START_LIMIT_MS })
  } catch (error) {
    await child.stop(60_000)
    await lease.release()
    if (options.dir === undefined && process.env['CITY_KEEP'] !== '1') rmSync(dir, { recursive: true, force: true })
    throw error
  }
  return testStack({ dir, env, lease, child, keep: options.dir !== undefined || process.env['CITY_KEEP'] === '1' })
}

interface Running {
  readonly dir: string
  readonly env: Record<string, string>
  readonly lease: PortLease
  readonly child: Child
  readonly keep: boolean
}

function testStack({ dir, env, lease, child, keep }: Running): TestStack {
  const names = Object.keys(PORTS) as (keyof typeof PORTS)[]
  const ports = Object.fromEntries(names.map((name) => [name, portOf(name, lease.offset)])) as TestStack['ports']
  const brokers = `${LOOPBACK}:${ports.kafka}`
  const url = (name: StackPart | 'mqtt') => `${name === 'mqtt' ? 'mqtt' : 'http'}://${LOOPBACK}:${ports[name]}`
  const store = createStore({ url: url('clickhouse'), user: 'default', password: '' })
  const log = (name: string) => readFileSync(path.join(dir, 'log', `${name}.log`), 'utf8')
  const pid = (name: StackPart | 'stack') => {
    const found = name === 'stack' ? child.pid : pidOf(dir, name)
    if (found === null) throw new Error(`${name} does not run`)
    return found
  }
  return {
    ...{ dir, ports, brokers, url, store, log, pid },
    kafka: createKafka(brokers, 'test', createLog('test', 'silent')),
    tokens: tokensOf(dir),
    env: () => ({ ...env, ...clockVariables(dir) }),
    async kill(name, signal = 'SIGKILL') {
      const killed = pid(name)
      process.kill(killed, signal)
      while (!['SIGSTOP', 'SIGCONT'].includes(signal) && isAlive(killed)) await sleep(20)
    },
    waitReady: (name, limitMs = 60_000) => waitReady(name, ports, limitMs, child),
    async stop() {
      await store.close()
      const { code } = await child.stop(60_000)
      const left = processesOf(dir)
      await lease.release()
      if (left.length > 0) throw new Error(`the stack left processes ${left.join(', ')}:\n${tailOf(child.log, 50)}`)
      if (code !== 0 && code !== null) throw new Error(`the stack ended with code ${code}:\n${tailOf(child.log, 50)}`)
      if (!keep) rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function waitReady(name: StackPart, ports: TestStack['ports'], limitMs: number, child: Child): Promise<void> {
  const ask = async () => {
    if (name === 'kafka') return askKafka(ports.kafka)
    if (name === 'clickhouse') return askClickHouse(`http://${LOOPBACK}:${ports.clickhouse}`)
    const response = await fetch(`http://${LOOPBACK}:${ports[name]}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    if (!response.ok) throw new Error(`${name} is not ready: ${await response.text()}`)
  }
  await waitUntil(child, ask, { limitMs })
}

/** CITY_CLOCK and its origin, of a replay. */
function clockVariables(dir: string): Record<string, string> {
  const file = path.join(dir, 'clock.json')
  if (!existsSync(file)) return {}
  const { clock, origin } = JSON.parse(readFileSync(file, 'utf8')) as { clock: string; origin: number }
  return { CITY_CLOCK: clock, CITY_CLOCK_ORIGIN: String(origin) }
}

/** The end of every log of a stack, for a test that failed. */
export function logsOf(dir: string, lines = 40): string {
  const folder = path.join(dir, 'log')
  return readdirSync(folder)
    .map((file) => `--- ${file}\n${tailOf(path.join(folder, file), lines)}`)
    .join('\n')
}

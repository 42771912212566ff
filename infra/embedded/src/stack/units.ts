import path from 'node:path'
import { LOOPBACK } from '@commonstream/runtime/defaults.ts'
import { startChild } from '../child/start-child.ts'
import { ROOT, type ServiceName, type StackConfig } from '../config.ts'
import { askClickHouse, spawnClickHouse } from '../start-clickhouse.ts'
import { askKafka, spawnKafka } from '../start-kafka.ts'
import type { Unit } from './unit.ts'

const SERVER_LIMIT_MS = 120_000
const HEALTH_LIMIT_MS = 3_000

/** The servers that are ours, in the order in which they start. */
export function serverUnits(c: StackConfig): Unit[] {
  const { kafka: port, kafkaController: controllerPort } = c.ports
  const kafka: Unit = {
    name: 'kafka',
    startLimitMs: SERVER_LIMIT_MS,
    start: () =>
      spawnKafka({
        dir: path.join(c.dir, 'kafka'),
        port,
        controllerPort,
        heap: c.kafkaHeap,
        log: logOf(c, 'kafka'),
        env: { CITY_STACK: c.dir },
      }),
    ready: () => askKafka(port),
    live: () => askKafka(port),
  }
  const { url, user, password } = c.clickhouse
  const clickhouse: Unit = {
    name: 'clickhouse',
    startLimitMs: SERVER_LIMIT_MS,
    start: async () =>
      spawnClickHouse({
        ...{ dir: path.join(c.dir, 'clickhouse'), port: c.ports.clickhouse, user, password, log: logOf(c, 'clickhouse') },
        env: { CITY_STACK: c.dir },
      }),
    ready: () => askClickHouse(url),
    live: () => askClickHouse(url),
  }
  return [...(c.own.kafka ? [kafka] : []), ...(c.own.clickhouse ? [clickhouse] : [])]
}

/** One of our services, which answers on /health. `env` is what it gets. */
export function serviceUnit(c: StackConfig, name: Exclude<ServiceName, 'apply'>, env: Readonly<Record<string, string>>): Unit {
  const port = c.ports[name]
  const ask = async (what: string) => {
    const response = await fetch(`http://${LOOPBACK}:${port}/health/${what}`, { signal: AbortSignal.timeout(HEALTH_LIMIT_MS) })
    const text = await response.text()
    if (!response.ok) throw new Error(`/health/${what} answers ${response.status} ${text.slice(0, 500)}`)
  }
  const main = path.join(ROOT, 'services', name, 'src', 'main.ts')
  return {
    name,
    // It may have to read a long log back first, or wait for a person (a lost position); it says so itself.
    startLimitMs: Number.POSITIVE_INFINITY,
    start: async () => startChild({ name, command: process.execPath, args: [main], cwd: ROOT, env, log: logOf(c, name) }),
    ready: () => ask('ready'),
    live: () => ask('live'),
  }
}

/** The log of a part of the stack. */
export function logOf(c: StackConfig, name: string): string {
  return path.join(c.dir, 'log', `${name}.log`)
}

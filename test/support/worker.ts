import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '@commonstream/embedded/child/start-child.ts'
import type { TestStack } from './stack.ts'

const MAIN = path.join(import.meta.dirname, '..', '..', 'services', 'worker', 'src', 'main.ts')

/** What the worker says of one partition. */
export interface PartitionReport {
  partition: number
  state: string
  reason: string | null
  next: number
  end: number
}

export interface TestWorker {
  readonly child: Child
  /** Per stream the partitions' reports; null while the worker does not answer. */
  reports(): Promise<Record<string, PartitionReport[]> | null>
  /** Waits until every partition of a stream has folded everything up to the log's end, and the ledger says so. */
  caughtUp(stream: string, limitMs?: number): Promise<void>
  stop(): Promise<void>
}

/** A worker of its own beside a stack that runs none: to be stopped and started at will. */
export function spawnWorker(stack: TestStack, env: Record<string, string> = {}): TestWorker {
  const child = startChild({
    name: 'worker',
    command: process.execPath,
    args: [MAIN],
    env: { ...stack.env(), ...env },
    log: path.join(stack.dir, 'log', 'worker.log'),
  })
  const url = `http://127.0.0.1:${env['CITY_WORKER_PORT'] ?? stack.ports.worker}/health/ready`
  const reports = async () => {
    try {
      const answer = (await (await fetch(url)).json()) as { details?: Record<string, PartitionReport[]> }
      return answer.details ?? null
    } catch {
      return null // not up yet, or just killed
    }
  }
  return {
    child,
    reports,
    async caughtUp(stream, limitMs = 60_000) {
      const admin = stack.kafka.admin()
      await admin.connect()
      try {
        const ends = await admin.fetchTopicOffsets(`city.${stream}.events`)
        for (const until = Date.now() + limitMs; ; await sleep(200)) {
          const certified = await certifiedOf(stack, stream)
          if (ends.every(({ partition, high }) => (certified.get(partition) ?? -1) >= Number(high) - 1)) return
          if (child.exit !== null) throw new Error(`the worker ended with code ${child.exit.code}:\n${stack.log('worker').slice(-2_000)}`)
          if (Date.now() > until) throw new Error(`${stream} is not folded after ${limitMs} ms: ${JSON.stringify(await reports())}`)
        }
      } finally {
        await admin.disconnect()
      }
    },
    async stop() {
      await child.stop(20_000)
    },
  }
}

/** The last certified offset of each partition. */
export async function certifiedOf(stack: TestStack, stream: string): Promise<Map<number, number>> {
  const query = 'SELECT partition, max(last) AS last FROM city.ledger FINAL WHERE stream = {stream:String} GROUP BY partition'
  const rows = await (await stack.store.query({ query, query_params: { stream }, format: 'JSONEachRow' })).json<{
    partition: number
    last: number
  }>()
  return new Map(rows.map((r) => [r.partition, r.last]))
}

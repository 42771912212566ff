import { spawnSync } from 'node:child_process'
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
  /** Waits for the fold itself, where the ledger already says of an earlier one that everything is done. */
  folded(stream: string, limitMs?: number): Promise<void>
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
    async folded(stream, limitMs = 60_000) {
      const admin = stack.kafka.admin()
      await admin.connect()
      const ends = await admin.fetchTopicOffsets(`city.${stream}.events`)
      await admin.disconnect()
      for (const until = Date.now() + limitMs; Date.now() < until; await sleep(100)) {
        const all = (await reports())?.[stream] ?? []
        if (ends.every((e) => all.some((r) => r.partition === e.partition && r.next === Number(e.high)))) return
      }
      throw new Error(`${stream} is not folded: ${JSON.stringify(await reports())}`)
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

/** Runs one of the worker's commands (`rebuild`, `reconcile`) beside a stack; gives what it says. */
export function workerCommand(stack: TestStack, name: string, ...args: string[]): string {
  const main = path.join(import.meta.dirname, '..', '..', 'services', 'worker', 'src', name, 'main.ts')
  const { stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env: stack.env(), encoding: 'utf8' })
  return stdout + stderr
}

/** Starts a worker for one stream and waits for what it says of the first partition: why its position is lost, or `folding`. */
export async function lostReason(stack: TestStack, stream: string): Promise<string> {
  const worker = spawnWorker(stack, { CITY_STREAMS: stream })
  try {
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(200)) {
      const report = (await worker.reports())?.[stream]?.[0]
      if (report?.state === 'lost') return String(report.reason)
      if (report?.state === 'folding') return 'folding'
    }
    return 'nothing said'
  } finally {
    await worker.stop()
  }
}

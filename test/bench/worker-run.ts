import { setTimeout as sleep } from 'node:timers/promises'
import { tailOf } from '@commonstream/embedded/child/wait-until.ts'
import { COMPILE_CACHE } from '@commonstream/embedded/config.ts'
import type { Stream } from '@commonstream/schemas'
import type { TestStack } from '../support/stack.ts'
import { spawnWorker, type TestWorker } from '../support/worker.ts'
import { cpuSeconds, measure, peakMemoryMb, type Span } from './process-figures.ts'

/** What one run of the worker over a log needed. Seconds are those of the wall. */
export interface WorkerRun {
  /** From the start of the process to the last event's certificate. */
  readonly worker: { readonly seconds: number; readonly cpu: number; readonly peakMb: number }
  /** What had passed when the first batch was folded: loading modules, joining the group, reading state. */
  readonly first: Moment
  /** From then on. */
  readonly steady: { readonly seconds: number; readonly cpu: number; readonly records: number }
  /** Engine and broker over the whole run. */
  readonly servers: Span
}

interface Moment {
  readonly seconds: number
  readonly cpu: number
  /** Records that were folded by then. */
  readonly records: number
}

const LIMIT_MS = 300_000
const LOOK_EVERY_MS = 25

/**
 * Runs a worker over a stream whose log is complete, until the ledger certifies all of it.
 * @param profile a folder for V8's profile of it, or null
 */
export async function runWorker(stack: TestStack, stream: Stream, profile: string | null): Promise<WorkerRun> {
  const servers = measure({ clickhouse: stack.pid('clickhouse'), kafka: stack.pid('kafka') })
  const begun = performance.now()
  const worker = spawnWorker(stack, {
    CITY_STREAMS: stream.name,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...(profile !== null && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
  })
  const now = (records: number): Moment => ({ seconds: (performance.now() - begun) / 1_000, cpu: cpuSeconds(worker.child.pid), records })
  try {
    const first = await firstFold(worker, stream.name, now)
    await worker.caughtUp(stream.name, LIMIT_MS)
    const last = now(await foldedBy(worker, stream.name))
    const { pid } = worker.child
    return {
      worker: { seconds: last.seconds, cpu: last.cpu, peakMb: peakMemoryMb(pid) },
      first,
      steady: { seconds: last.seconds - first.seconds, cpu: last.cpu - first.cpu, records: last.records - first.records },
      servers: servers(),
    }
  } finally {
    await worker.stop()
  }
}

async function firstFold(worker: TestWorker, stream: string, now: (records: number) => Moment): Promise<Moment> {
  for (const until = Date.now() + LIMIT_MS; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    const records = await foldedBy(worker, stream)
    if (records > 0) return now(records)
    const { exit, log } = worker.child
    if (exit !== null) throw new Error(`the worker ended with code ${exit.code} before it folded anything:\n${tailOf(log)}`)
  }
  throw new Error(`the worker folded nothing within ${LIMIT_MS / 1_000} s`)
}

/** Records that a worker has folded of a log that begins at 0, ticks and the marker among them. */
async function foldedBy(worker: TestWorker, stream: string): Promise<number> {
  const reports = (await worker.reports())?.[stream] ?? []
  return reports.reduce((sum, { next }) => sum + Math.max(0, next), 0)
}

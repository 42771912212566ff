import { type Log, type Part, type PartBoard, reasonOf, retry } from '@commonstream/runtime'
import type { Config } from './config.ts'
import { StreamConsumer } from './consume/stream-consumer.ts'
import type { Outgoing } from './flush/batch.ts'
import { type DayKeys, dayKeys } from './flush/day-keys.ts'
import type { Flusher } from './flush/flusher.ts'
import { writeLog } from './flush/log-writer.ts'
import type { StreamContext } from './flush/stream-context.ts'
import type { WorkerMetrics } from './metrics.ts'
import { PATIENCE } from './patience.ts'
import type { Ports } from './ports/ports.ts'
import { ProtectedState } from './resume/protected-state.ts'
import { ReleasedMap } from './resume/released-map.ts'
import { othersWrote, type ResumeOptions, resumePartition } from './resume/resume-partition.ts'

export interface StreamPartOptions {
  readonly config: Config
  readonly context: StreamContext
  readonly ports: Ports
  readonly flusher: Flusher
  readonly board: PartBoard
  readonly metrics: WorkerMetrics
  readonly isCrowded: (rows: number) => boolean
  readonly log: Log
  readonly fail: (error: unknown) => void
}

const SWEEP_MS = 3_600_000
const WATCH_MS = 500
/** Kafka is called away when it has not answered for so long. */
const AWAY_MS = 3_000

/** One stream of the worker: its consumer, and what a protected one needs besides. */
export function streamPart(o: StreamPartOptions): { part: Part; consumer: StreamConsumer } {
  const { context, log, board, metrics } = o
  const { clock, disk, random, faults } = o.ports
  const name = context.stream.name
  const keys = context.isProtected ? dayKeys({ dir: o.config.dataDir, stream: name, now: () => clock.now(), random, disk }) : null
  const secrets = keys === null ? null : new ProtectedState({ ...o, keys })
  const consumer = new StreamConsumer({
    ...o,
    kafka: o.ports.kafka,
    clock,
    onJoin: () => secrets?.joined(),
    resume: async (partition, commit) => {
      await secrets?.load()
      const released = secrets?.released ?? new ReleasedMap()
      return resumePartition({ ...o, partition, keyring: secrets?.keyring ?? null, released, sink: sinkOptions(o, partition, commit) })
    },
    othersWrote: (partition, resumed) => othersWrote({ ...o, partition }, resumed),
    onFault: (partition, offset, error) => {
      log.error({ stream: name, partition, offset, reason: reasonOf(error), stack: (error as Error).stack }, 'a fault of ours')
      return faults.again(name, partition, offset)
    },
    onRecords: (count) => metrics.records.add(count, { stream: name }),
    onState: () => report(board, name, consumer),
  })
  const part: Part = {
    name,
    async start() {
      board.set(name, 'waiting', 'joining its group')
      await consumer.start()
      const endSweep = clock.every(SWEEP_MS, () => sweep(o, consumer, keys, secrets))
      const endWatch = clock.every(WATCH_MS, () => report(board, name, consumer))
      return async () => {
        endWatch()
        endSweep()
        await consumer.stop()
      }
    },
  }
  return { part, consumer }
}

function sinkOptions(o: StreamPartOptions, partition: number, commit: (offset: number) => Promise<void>): ResumeOptions['sink'] {
  const { context, log, metrics, flusher } = o
  const { clock } = o.ports
  const stream = context.stream.name
  return {
    workerId: o.config.workerId,
    batch: () => flusher.batch,
    sendAlert: (record) => sendAlert(o, partition, record),
    commit,
    now: () => clock.now(),
    onWithheld: ({ why, sensor, start }) => {
      metrics.withheld.add(1, { stream, why })
      log.error({ stream, partition, sensor, start }, why === 'conflict' ? 'RELEASE_CONFLICT' : 'KEY_LOST')
    },
    onDocumentRefused: (reason, offset) => {
      metrics.documentsRefused.add(1, { stream })
      log.error({ stream, partition, offset, reason }, 'fold document refused')
    },
    onChunkEnd: () => flusher.request(),
  }
}

/** An alert is sent as soon as it is folded, and as patiently as everything else: the flush waits for it. */
function sendAlert({ context, ports: { kafka, clock }, log }: StreamPartOptions, partition: number, record: Outgoing): Promise<void> {
  return retry(() => writeLog(kafka, [record]), {
    ...PATIENCE,
    sleep: (ms) => clock.sleep(ms),
    onRetry: (error) =>
      log.warn({ stream: context.stream.name, partition, topic: record.topic, reason: reasonOf(error) }, 'alert not sent, trying again'),
  })
}

/** Forgets what no window to come can need: releases of windows that are over, and day keys. */
function sweep({ context, log }: StreamPartOptions, consumer: StreamConsumer, keys: DayKeys | null, secrets: ProtectedState | null): void {
  const stream = context.stream.name
  const frontiers = consumer.frontiers
  if (frontiers !== null) secrets?.released.prune(Math.min(...frontiers))
  keys?.destroyExpired(context.stream.retention.topicMs).then(
    (days) => {
      secrets?.keyring.forget(days)
      if (days.length > 0) log.info({ stream, days }, 'day keys destroyed')
    },
    (error: unknown) => log.error({ stream, reason: reasonOf(error) }, 'day keys not destroyed'),
  )
}

function report(board: PartBoard, name: string, consumer: StreamConsumer): void {
  const stuck = consumer.reports.filter((r) => r.state === 'lost' || r.state === 'paused')
  if (stuck.length > 0)
    board.set(
      name,
      'failed',
      stuck.map((r) => `partition ${r.partition}: ${r.state === 'lost' ? 'position lost: ' : ''}${r.reason}`).join('; '),
    )
  else if (consumer.silentMs > AWAY_MS) board.set(name, 'waiting', `Kafka has not answered for ${Math.round(consumer.silentMs / 1_000)} s`)
  else if (consumer.reports.some((r) => r.state === 'resuming')) board.set(name, 'waiting', 'reading its state back')
  else board.set(name, 'ready')
}

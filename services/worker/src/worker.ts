import { getHeapStatistics } from 'node:v8'
import { CityError, type Log, type Part, type PartBoard, reasonOf, retry, type Telemetry } from '@commonstream/runtime'
import type { City, Stream } from '@commonstream/schemas'
import type { Config } from './config.ts'
import { isCrowded, rowsWithin } from './consume/crowding.ts'
import type { StreamConsumer } from './consume/stream-consumer.ts'
import { Flusher } from './flush/flusher.ts'
import type { StreamContext } from './flush/stream-context.ts'
import { observe, workerMetrics } from './metrics.ts'
import { PATIENCE } from './patience.ts'
import type { Ports } from './ports/ports.ts'
import { reconcilePart } from './reconcile/reconcile-part.ts'
import { startQuarantineCopy } from './quarantine/copy.ts'
import { streamPart } from './stream-part.ts'
import { watchdogPart } from './watchdog-part.ts'

export interface Worker {
  readonly parts: readonly Part[]
  /** Per stream and partition: state, position, watermark. */
  details(): unknown
}

export interface WorkerOptions {
  readonly config: Config
  readonly city: City
  /** Of the streams that are folded. */
  readonly contexts: readonly StreamContext[]
  readonly ports: Ports
  readonly board: PartBoard
  readonly log: Log
  readonly telemetry: Telemetry
  /** How long the world's faults are borne; ten minutes, but in simulations. */
  readonly patience?: typeof PATIENCE | { readonly tries: number; readonly minMs: number; readonly maxMs: number }
  readonly fail: (error: unknown) => void
}

/** Puts the worker together: the flusher and its connections, one consumer per stream, the copy of the quarantine. */
export function buildWorker(o: WorkerOptions): Worker {
  const { config, contexts, ports, board, log, fail, patience = PATIENCE } = o
  const metrics = workerMetrics(o.telemetry)
  const consumers: StreamConsumer[] = []
  const flusher = new Flusher({
    ports,
    log,
    maxBytes: config.maxBytes,
    patience,
    onTrouble: (reason) => board.set('flush', reason === null ? 'ready' : 'waiting', reason),
    onPressure: (high) => consumers.forEach((c) => c.press(high)),
    onFlushed: ({ ms, bytes }) => {
      metrics.flushes.record(ms)
      metrics.flushedBytes.add(bytes)
    },
    fail,
  })
  const most = rowsWithin(getHeapStatistics().heap_size_limit)
  const held = () => consumers.flatMap((c) => c.rows)
  const crowded = (rows: number) => isCrowded(rows, held(), most)
  const streams = contexts.map((context) => streamPart({ config, context, ports, flusher, board, metrics, isCrowded: crowded, log, fail }))
  consumers.push(...streams.map((s) => s.consumer))
  const byStream = contexts.map(({ stream }, i) => ({ stream: stream.name, consumer: consumers[i] as StreamConsumer }))
  observe(metrics, byStream, () => ports.clock.now())
  // Stopped first: nothing more is folded, and what was folded is written while the groups can still commit.
  const flush: Part = {
    name: 'flush',
    async start() {
      flusher.start()
      return async () => {
        for (const consumer of consumers) consumer.hold()
        await flusher.stop()
      }
    },
  }
  const quarantine: Part = { name: 'quarantine', start: () => startQuarantineCopy({ ports, city: o.city, log, patience, fail }) }
  const details = () => Object.fromEntries(byStream.map(({ stream, consumer }) => [stream, consumer.reports]))
  const watched = byStream.map((s, i) => ({ ...s, topic: (contexts[i] as StreamContext).eventsTopic }))
  const watchdog = watchdogPart({ streams: watched, ports, log, fail })
  const reconciler = reconcilePart({
    streams: contexts.map((context, i) => ({ context, consumer: consumers[i] as StreamConsumer })),
    ports,
    metrics,
    workerId: config.workerId,
    log,
  })
  // The copy comes behind the streams: after a kill its group waits for the member that is gone, and they need not.
  return { parts: [connections(o), ...streams.map((s) => s.part), flush, quarantine, watchdog, reconciler], details }
}

/** Waits for the store and Kafka; what is needed of them stays connected until the end. */
function connections({ ports: { kafka, store, clock }, board, log }: WorkerOptions): Part {
  return {
    name: 'connections',
    async start() {
      const waiting = (what: string) => (error: unknown) => {
        board.set('connections', 'waiting', `${what}: ${reasonOf(error)}`)
        log.warn({ reason: reasonOf(error) }, `waiting for ${what}`)
      }
      const patience = { ...PATIENCE, sleep: (ms: number) => clock.sleep(ms) }
      await retry(() => store.ready(), { ...patience, onRetry: waiting('ClickHouse') })
      await retry(() => kafka.connect(), { ...patience, onRetry: waiting('Kafka') })
      board.set('connections', 'ready')
      return async () => {
        await kafka.disconnect()
        await store.close()
      }
    },
  }
}

/**
 * The streams that a worker is to fold.
 * @throws CityError `CONFIG_INVALID`
 */
export function chosenStreams(city: City, names: readonly string[]): readonly Stream[] {
  const unknown = names.filter((name) => !city.streams.some((s) => s.name === name))
  if (unknown.length > 0) throw new CityError('CONFIG_INVALID', `CITY_STREAMS names ${unknown.join(', ')}, which the city does not have`)
  return city.streams.filter((s) => names.length === 0 || names.includes(s.name))
}

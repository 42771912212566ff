import { CityError, createKafka, createStore, type Log, type Part, PartBoard, reasonOf, retry, type Telemetry } from '@commonstream/runtime'
import { loadCity } from '@commonstream/schemas'
import kafkajs from 'kafkajs'
import type { Config } from './config.ts'
import type { StreamConsumer } from './consume/stream-consumer.ts'
import { Flusher } from './flush/flusher.ts'
import { streamContext } from './flush/stream-context.ts'
import { workerMetrics } from './metrics.ts'
import { PATIENCE } from './patience.ts'
import { startQuarantineCopy } from './quarantine/copy.ts'
import { streamPart } from './stream-part.ts'

export interface Worker {
  readonly parts: readonly Part[]
  /** Per stream and partition: state, position, watermark. */
  details(): unknown
}

/** Puts the worker together: the flusher and its connections, one consumer per stream, the copy of the quarantine. */
export async function buildWorker(o: {
  config: Config
  board: PartBoard
  log: Log
  telemetry: Telemetry
  fail: (error: unknown) => void
}): Promise<Worker> {
  const { config, board, log, fail } = o
  const city = await loadCity(config.schemas)
  const unknown = config.streams.filter((name) => !city.streams.some((s) => s.name === name))
  if (unknown.length > 0) throw new CityError('CONFIG_INVALID', `CITY_STREAMS names ${unknown.join(', ')}, which the city does not have`)
  const contexts = city.streams
    .filter((s) => config.streams.length === 0 || config.streams.includes(s.name))
    .map((s) => streamContext(city, s))
  const kafka = createKafka(config.kafka, `worker-${config.workerId}`, log)
  const admin = kafka.admin()
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 4,
    retry: { retries: 10 },
  })
  const store = createStore(config.store, { requestTimeoutMs: 600_000 })
  const metrics = workerMetrics(o.telemetry)
  const consumers: StreamConsumer[] = []
  const flusher = new Flusher({
    store,
    producer,
    log,
    maxBytes: config.maxBytes,
    patience: PATIENCE,
    onTrouble: (reason) => board.set('flush', reason === null ? 'ready' : 'waiting', reason),
    onPressure: (high) => consumers.forEach((c) => c.press(high)),
    onFlushed: ({ ms, bytes }) => {
      metrics.flushes.record(ms)
      metrics.flushedBytes.add(bytes)
    },
    fail,
  })
  const streams = contexts.map((context) =>
    streamPart({ config, context, kafka, admin, producer, store, flusher, board, metrics, log, fail }),
  )
  consumers.push(...streams.map((s) => s.consumer))
  metrics.lagRecords.addCallback((result) => {
    contexts.forEach(({ stream }, i) => {
      for (const r of consumers[i]?.reports ?? [])
        if (r.end >= 0) result.observe(r.end - r.next, { stream: stream.name, partition: r.partition })
    })
  })
  metrics.ruleFaults.addCallback((result) => {
    contexts.forEach(({ stream }, i) => {
      for (const [rule, count] of consumers[i]?.ruleFaults ?? []) result.observe(count, { stream: stream.name, rule })
    })
  })
  metrics.lost.addCallback((result) => {
    contexts.forEach(({ stream }, i) => {
      result.observe((consumers[i]?.reports ?? []).filter((r) => r.state === 'lost' || r.state === 'paused').length, {
        stream: stream.name,
      })
    })
  })
  const connections: Part = {
    name: 'connections',
    async start() {
      const waiting = (what: string) => (error: unknown) => {
        board.set('connections', 'waiting', `${what}: ${reasonOf(error)}`)
        log.warn({ reason: reasonOf(error) }, `waiting for ${what}`)
      }
      await retry(() => store.command({ query: 'SELECT 1 FROM city.ledger LIMIT 0' }), { ...PATIENCE, onRetry: waiting('ClickHouse') })
      await retry(() => admin.connect(), { ...PATIENCE, onRetry: waiting('Kafka') })
      await producer.connect()
      return async () => {
        await producer.disconnect()
        await admin.disconnect()
        await store.close()
      }
    },
  }
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
  const quarantine: Part = { name: 'quarantine', start: () => startQuarantineCopy({ kafka, store, city, log, patience: PATIENCE, fail }) }
  const details = () => Object.fromEntries(contexts.map(({ stream }, i) => [stream.name, consumers[i]?.reports ?? []]))
  return { parts: [connections, quarantine, ...streams.map((s) => s.part), flush], details }
}

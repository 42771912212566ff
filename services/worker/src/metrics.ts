import type { Telemetry } from '@commonstream/runtime'
import type { StreamConsumer } from './consume/stream-consumer.ts'

/** The worker's metrics; names and units as OpenTelemetry writes them. */
export function workerMetrics({ meter }: Telemetry) {
  return {
    records: meter.createCounter('city_worker_records', { description: 'records folded or warmed, by stream' }),
    flushes: meter.createHistogram('city_worker_flush_ms', { description: 'time of one flush', unit: 'ms' }),
    flushedBytes: meter.createCounter('city_worker_flushed_bytes', { description: 'bytes of rows inserted' }),
    withheld: meter.createCounter('city_worker_withheld', {
      description: 'releases not published, by stream and reason: RELEASE_CONFLICT or a lost key',
    }),
    mismatches: meter.createCounter('city_worker_ledger_mismatches', {
      description: 'chunks whose rows were not as the ledger says, by stream and whether they are now',
    }),
    duplicateBeyond: meter.createCounter('city_worker_duplicate_beyond', {
      description: 'events repeated beyond the horizon, found by the reconciler',
    }),
    documentsRefused: meter.createCounter('city_worker_documents_refused', { description: 'fold documents not accepted, by stream' }),
    lagRecords: meter.createObservableGauge('city_worker_lag_records', {
      description: 'end offset less next offset, by stream and partition',
    }),
    ruleFaults: meter.createObservableGauge('city_worker_rule_faults', {
      description: 'alert conditions that failed on some values, which were not judged, by stream and rule',
    }),
    lost: meter.createObservableGauge('city_worker_positions_lost', {
      description: 'partitions that stand still and need an operator, by stream',
    }),
  }
}

export type WorkerMetrics = ReturnType<typeof workerMetrics>

/** Has the gauges read off the consumers whenever metrics are asked for. */
export function observe(metrics: WorkerMetrics, streams: readonly { readonly stream: string; readonly consumer: StreamConsumer }[]): void {
  metrics.lagRecords.addCallback((result) => {
    for (const { stream, consumer } of streams) {
      for (const { partition, end, next } of consumer.reports) if (end >= 0) result.observe(end - next, { stream, partition })
    }
  })
  metrics.ruleFaults.addCallback((result) => {
    for (const { stream, consumer } of streams) for (const [rule, count] of consumer.ruleFaults) result.observe(count, { stream, rule })
  })
  metrics.lost.addCallback((result) => {
    for (const { stream, consumer } of streams) {
      result.observe(consumer.reports.filter((r) => r.state === 'lost' || r.state === 'paused').length, { stream })
    }
  })
}

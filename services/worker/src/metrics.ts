import type { Telemetry } from '@commonstream/runtime'

/** The worker's metrics; names and units as OpenTelemetry writes them. */
export function workerMetrics({ meter }: Telemetry) {
  return {
    records: meter.createCounter('city_worker_records', { description: 'records folded or warmed, by stream' }),
    flushes: meter.createHistogram('city_worker_flush_ms', { description: 'time of one flush', unit: 'ms' }),
    flushedBytes: meter.createCounter('city_worker_flushed_bytes', { description: 'bytes of rows inserted' }),
    withheld: meter.createCounter('city_worker_withheld', {
      description: 'releases not published, by stream and reason: RELEASE_CONFLICT or a lost key',
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

import type { Telemetry } from '@commonstream/runtime'
import type { PartitionReport } from './consume/partition.ts'
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
      description: 'records that the ledger does not certify yet, by stream and partition',
    }),
    lagSeconds: meter.createObservableGauge('city_worker_lag_seconds', {
      description: 'age of the newest record that the ledger certifies, 0 while it certifies all, by stream and partition',
      unit: 's',
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
export function observe(
  metrics: WorkerMetrics,
  streams: readonly { readonly stream: string; readonly consumer: Pick<StreamConsumer, 'reports' | 'ruleFaults'> }[],
  now: () => number,
): void {
  const lags = () =>
    streams.flatMap(({ stream, consumer }) =>
      consumer.reports.flatMap((r) => {
        const lag = lagOf(r, now())
        return lag === null ? [] : [{ ...lag, place: { stream, partition: r.partition } }]
      }),
    )
  metrics.lagRecords.addCallback((result) => lags().forEach(({ records, place }) => result.observe(records, place)))
  metrics.lagSeconds.addCallback((result) => lags().forEach(({ seconds, place }) => result.observe(seconds, place)))
  metrics.ruleFaults.addCallback((result) => {
    for (const { stream, consumer } of streams) for (const [rule, count] of consumer.ruleFaults) result.observe(count, { stream, rule })
  })
  metrics.lost.addCallback((result) => {
    for (const { stream, consumer } of streams) {
      result.observe(consumer.reports.filter((r) => r.state === 'lost' || r.state === 'paused').length, { stream })
    }
  })
}

/**
 * What operators see as lag (protocol section 4): what the log holds behind the last certified offset. Null until a
 * partition's state is read back and the end of its log is known.
 */
export function lagOf(
  { end, certified }: Pick<PartitionReport, 'end' | 'certified'>,
  now: number,
): { records: number; seconds: number } | null {
  if (end < 0 || certified === null) return null
  const records = Math.max(0, end - 1 - certified.offset)
  return { records, seconds: records === 0 || certified.appended === 0 ? 0 : Math.max(0, now - certified.appended) / 1_000 }
}

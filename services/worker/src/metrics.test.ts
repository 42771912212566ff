import { createTelemetry } from '@commonstream/runtime'
import { expect, test } from 'vitest'
import type { PartitionReport } from './consume/partition.ts'
import { lagOf, observe, workerMetrics } from './metrics.ts'

const NOW = 1_700_000_060_000
const report = (more: Partial<PartitionReport>): PartitionReport => ({
  ...{ partition: 0, state: 'folding', reason: null, next: 1_000, end: 1_000, watermark: null },
  certified: { offset: 899, appended: NOW - 60_000 },
  ...more,
})

test('lag is what the ledger does not certify, in records and in seconds, whatever is folded or committed', () => {
  expect(lagOf(report({}), NOW)).toEqual({ records: 100, seconds: 60 })
  expect(lagOf(report({ certified: { offset: 999, appended: NOW - 60_000 } }), NOW)).toEqual({ records: 0, seconds: 0 })
})

test('a broker whose clock is ahead makes no negative lag, and a log of which nothing is certified has no age', () => {
  expect(lagOf(report({ certified: { offset: 5, appended: NOW + 5_000 } }), NOW)?.seconds).toBe(0)
  expect(lagOf(report({ certified: { offset: -1, appended: 0 } }), NOW)).toEqual({ records: 1_000, seconds: 0 })
})

test('nothing is said of a partition whose state is not read back, or of whose log nothing is known', () => {
  expect(lagOf(report({ certified: null }), NOW)).toBeNull()
  expect(lagOf(report({ end: -1 }), NOW)).toBeNull()
})

test('the metrics name stream and partition, of one that stands still too', async () => {
  const telemetry = createTelemetry('worker')
  const reports = [report({}), report({ partition: 3, state: 'paused', reason: 'x' })]
  observe(workerMetrics(telemetry), [{ stream: 'bins', consumer: { reports, ruleFaults: new Map() } }], () => NOW)
  const lines = (await telemetry.expose()).split('\n').filter((line) => line.startsWith('city_worker_lag'))
  expect(lines.map((line) => line.replace(/,?otel_\w+="[^"]*"/g, ''))).toEqual([
    'city_worker_lag_records{stream="bins",partition="0"} 100',
    'city_worker_lag_records{stream="bins",partition="3"} 100',
    'city_worker_lag_seconds{stream="bins",partition="0"} 60',
    'city_worker_lag_seconds{stream="bins",partition="3"} 60',
  ])
})

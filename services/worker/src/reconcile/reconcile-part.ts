import { createHash } from 'node:crypto'
import { type Log, type Part, reasonOf } from '@commonstream/runtime'
import { INTERNAL_ALERTS_TOPIC } from '@commonstream/schemas'
import type { StreamConsumer } from '../consume/stream-consumer.ts'
import { writeLog } from '../flush/log-writer.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import type { WorkerMetrics } from '../metrics.ts'
import type { Ports } from '../ports/ports.ts'
import { type Mismatch, reconcile } from './reconcile.ts'

const EVERY_MS = 3_600_000
/** How far back each look goes: every chunk is looked at more than once. */
const BACK_MS = 26 * 3_600_000

/** Hourly, each worker reconciles the partitions that it folds: a mismatch is a metric, an internal alert, and healed. */
export function reconcilePart(o: {
  readonly streams: readonly { readonly context: StreamContext; readonly consumer: StreamConsumer }[]
  readonly ports: Ports
  readonly metrics: WorkerMetrics
  readonly workerId: string
  readonly log: Log
}): Part {
  const { clock, kafka } = o.ports
  const look = async () => {
    for (const { context, consumer } of o.streams) {
      const partitions = consumer.reports.filter((r) => r.state === 'folding').map((r) => r.partition)
      const { mismatches, holes } = await reconcile({ ...o, context, partitions, since: clock.now() - BACK_MS, expires: true })
      for (const hole of holes) o.log.error({ stream: context.stream.name, hole }, 'LEDGER_HOLE')
      for (const m of mismatches) {
        o.metrics.mismatches.add(1, { stream: m.stream, healed: m.healed === true })
        if (m.duplicateBeyond > 0) o.metrics.duplicateBeyond.add(m.duplicateBeyond, { stream: m.stream })
        o.log.error({ ...m }, 'LEDGER_MISMATCH')
        await writeLog(kafka, [
          { topic: INTERNAL_ALERTS_TOPIC, partition: 0, key: m.stream, value: context.alertCodec.encode(alertOf(m, clock.now())) },
        ])
      }
    }
  }
  return {
    name: 'reconciler',
    async start() {
      let looking = false
      const end = clock.every(EVERY_MS, () => {
        if (looking) return
        looking = true
        look()
          .catch((error: unknown) => o.log.error({ reason: reasonOf(error) }, 'not reconciled, trying again in an hour'))
          .finally(() => (looking = false))
      })
      return async () => end()
    },
  }
}

function alertOf(m: Mismatch, at: number): Record<string, unknown> {
  const hex = createHash('sha256').update(`ledger|${m.stream}|${m.partition}|${m.chunk}`).digest('hex')
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  return {
    ...{
      alertId: id,
      incident: id,
      stream: m.stream,
      rule: 'ledger',
      ruleVersion: 1,
      subject: `${m.partition}/${m.chunk}`,
      transition: 'firing',
    },
    ...{
      severity: 'critical',
      title: `${m.faults.join('; ')}; ${m.healed === true ? 'healed' : `not healed: ${m.healed}`}`,
      at,
      values: {},
      partition: m.partition,
      offset: m.chunk,
    },
  }
}

import { type Log, reasonOf, retry } from '@commonstream/runtime'
import { type City, QUARANTINE_TOPIC, topicCodec } from '@commonstream/schemas'
import { RowWriter } from '../flush/row-writer.ts'
import { QUARANTINE } from '../flush/tables.ts'
import type { GroupPace, LogBatch } from '../ports/log-port.ts'
import type { Ports } from '../ports/ports.ts'

export interface CopyOptions {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock'>
  readonly city: City
  readonly log: Log
  readonly patience: { readonly tries: number; readonly minMs: number; readonly maxMs: number }
  readonly fail: (error: unknown) => void
}

const GROUP = 'city-quarantine'
const PACE: GroupPace = {
  sessionMs: 10_000,
  heartbeatMs: 1_000,
  rebalanceMs: 60_000,
  maxWaitMs: 500,
  partitionBytes: 1 << 20,
  fetchBytes: 1 << 20,
}

/**
 * Copies `city.quarantine` into its table, so that the steward can list it and accounting can count the bridge's
 * refusals. A row's identity is its place in the topic: copied twice it is there once.
 */
export async function startQuarantineCopy(o: CopyOptions): Promise<() => Promise<void>> {
  const { kafka, store, clock } = o.ports
  const codec = topicCodec(o.city, 'quarantine')
  const onBatch = async (batch: LogBatch) => {
    const writer = new RowWriter()
    let last = -1
    for (let i = 0; i < batch.length; i++) {
      const { value, offset } = batch.at(i)
      if (value !== null) writeRow(writer, batch.partition, offset, codec.decode(value))
      last = offset
    }
    // A member that the group has forgotten cannot heartbeat itself back in: it joins again, and the batch comes again.
    let forgotten: unknown = null
    await retry(
      async () => {
        await batch.heartbeat().catch((error: unknown) => {
          forgotten = error
          throw error
        })
        await store.insert(QUARANTINE, writer.content)
      },
      {
        ...o.patience,
        retriable: (error) => error !== forgotten && store.retriable(error),
        sleep: (ms) => clock.sleep(ms),
        onRetry: (error) => o.log.warn({ reason: reasonOf(error) }, 'quarantine not copied, trying again'),
      },
    )
    batch.done()
    await member.commit(batch.partition, last + 1)
  }
  const member = kafka.member({ group: GROUP, topic: QUARANTINE_TOPIC, pace: PACE, onJoined: () => undefined, onBatch, onCrash: o.fail })
  await member.start()
  return () => member.stop()
}

function writeRow(w: RowWriter, partition: number, offset: number, r: Record<string, unknown>): void {
  const place = {
    by: r['by'],
    detail: r['detail'],
    mqttTopic: r['mqttTopic'],
    topic: r['topic'],
    partition: r['partition'],
    offset: r['offset'],
  }
  w.u16(partition)
  w.i64(offset)
  w.string(String(r['stream']))
  w.string(String(r['sensor']))
  w.string(String(r['reason']))
  w.time(Number(r['at']))
  w.string(JSON.stringify(place))
  w.bytesOf((r['bytes'] as Uint8Array | null) ?? new Uint8Array(0))
  w.i64(Number(r['length']))
  w.string(String(r['sha256']))
  w.endRow()
}

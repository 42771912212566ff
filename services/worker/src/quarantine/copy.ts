import { type Log, reasonOf, retry } from '@commonstream/runtime'
import { type City, QUARANTINE_TOPIC, topicCodec } from '@commonstream/schemas'
import type { ClickHouseClient } from '@clickhouse/client'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import { RowWriter } from '../flush/row-writer.ts'
import { insertRows, storeRetriable } from '../flush/store-writer.ts'
import { QUARANTINE } from '../flush/tables.ts'

export interface CopyOptions {
  readonly kafka: Kafka
  readonly store: ClickHouseClient
  readonly city: City
  readonly log: Log
  readonly patience: { readonly tries: number; readonly minMs: number; readonly maxMs: number }
  readonly fail: (error: unknown) => void
}

/**
 * Copies `city.quarantine` into its table, so that the steward can list it and accounting can count the bridge's
 * refusals. A row's identity is its place in the topic: copied twice it is there once.
 */
export async function startQuarantineCopy(o: CopyOptions): Promise<() => Promise<void>> {
  const codec = topicCodec(o.city, 'quarantine')
  const consumer = o.kafka.consumer({
    groupId: 'city-quarantine',
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 1 << 20,
    maxBytes: 1 << 20,
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) o.fail(payload.error)
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [QUARANTINE_TOPIC], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }: EachBatchPayload) => {
      const writer = new RowWriter()
      for (const message of batch.messages) {
        if (message.value !== null) writeRow(writer, batch.partition, Number(message.offset), codec.decode(message.value))
      }
      await retry(
        async () => {
          await heartbeat()
          await insertRows(o.store, QUARANTINE, writer)
        },
        {
          ...o.patience,
          retriable: storeRetriable,
          onRetry: (error) => o.log.warn({ reason: reasonOf(error) }, 'quarantine not copied, trying again'),
        },
      )
      resolveOffset(batch.lastOffset())
      await commitOffsetsIfNecessary({
        topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset: String(Number(batch.lastOffset()) + 1) }] }],
      })
    },
  })
  return () => consumer.disconnect()
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

import type { ClickHouseClient } from '@clickhouse/client'
import { partitionOf } from '@commonstream/runtime'
import { DATABASE, type Stream, type TopicCodec, windowsTopic } from '@commonstream/schemas'
import type { Message, Producer } from 'kafkajs'
import type { ImportMapping } from './mapping.ts'
import type { ImportedWindow } from './window-fold.ts'
import { windowValues } from './window-values.ts'

const MOST_RECORDS = 500
const MOST_ROWS = 50_000

/** Any window of our own has a later revision than an imported one. */
const REV = 0

export interface Writing {
  readonly stream: Stream
  readonly mapping: ImportMapping
  readonly producer: Producer
  readonly store: ClickHouseClient
  readonly codec: TopicCodec
}

/**
 * Writes imported windows as the worker writes closed ones: records into their topic, each partition in order, and when
 * Kafka has them all, rows into the table. Written again they replace themselves.
 */
export async function writeWindows(o: Writing, windows: readonly ImportedWindow[]): Promise<void> {
  for (const messages of Map.groupBy(
    windows.map((window) => recordOf(o, window)),
    (m) => m.partition,
  ).values()) {
    for (let i = 0; i < messages.length; i += MOST_RECORDS)
      await o.producer.send({ topic: windowsTopic(o.stream.name), acks: -1, messages: messages.slice(i, i + MOST_RECORDS) })
  }
  for (let i = 0; i < windows.length; i += MOST_ROWS) {
    await o.store.insert({
      table: `${DATABASE}.${o.stream.table}_windows`,
      values: windows.slice(i, i + MOST_ROWS).map((window) => rowOf(o, window)),
      format: 'JSONEachRow',
      clickhouse_settings: { max_insert_block_size: '1048576', input_format_parallel_parsing: 0, session_timezone: 'UTC' },
    })
  }
}

function recordOf({ stream, mapping, codec }: Writing, window: ImportedWindow): Message & { partition: number } {
  const { sensor, start, sizeMs, count } = window
  const key = `${sensor}|${start}|${sizeMs}`
  const value = codec.encode({
    ...{ id: `${key}|${REV}`, stream: stream.name, sensor, start, end: start + sizeMs, rev: REV },
    ...{ status: 'ok', origin: 'imported', bridges: 0, policy: 0, noiseSd: 0, count, values: windowValues(mapping.fields, window) },
  })
  return { key, value, partition: partitionOf(sensor, stream.partitions) }
}

function rowOf({ mapping }: Writing, window: ImportedWindow): Record<string, unknown> {
  const { sensor, start, sizeMs, count } = window
  const values = Object.entries(windowValues(mapping.fields, window)).map(([name, value]) => {
    return [
      name,
      value !== null && name.endsWith('_last_at') ? new Date(value).toISOString().slice(0, -1).replace('T', ' ') : value,
    ] as const
  })
  return {
    ...{ window: start / 1_000, size: sizeMs / 1_000, sensor, rev: REV, status: 'ok', origin: 'imported' },
    ...{ bridges: 0, policy: 0, noise_sd: 0, count },
    ...Object.fromEntries(values),
  }
}

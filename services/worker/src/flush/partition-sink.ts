import { createHash } from 'node:crypto'
import { ALERTS_TOPIC, INTERNAL_ALERTS_TOPIC, QUARANTINE_TOPIC, type EventRecord } from '@commonstream/schemas'
import { aroundOf } from '../fold/around.ts'
import type { Value } from '../fold/figures.ts'
import type { PartitionFold } from '../fold/partition-fold.ts'
import type { FoldSink, Properties, Rejection, WindowRow, Withheld } from '../fold/types.ts'
import type { Batch, Outgoing } from './batch.ts'
import { writeAlertStates, writeCarries } from './chunk-states-out.ts'
import { writeState, writeValues } from './figure-columns.ts'
import { writeLedgerRow } from './ledger-row-out.ts'
import { uuidBytes } from './row-writer.ts'
import type { StreamContext } from './stream-context.ts'
import { ACCOUNTING, ALERT_STATES, ALERTS, INTENTS, LEDGER } from './tables.ts'
import { plainWindow } from './windows-out.ts'

export interface SinkOptions {
  readonly context: StreamContext
  readonly partition: number
  readonly workerId: string
  /** Names what one resume went on to read, which is one log: after the next, it may be another. */
  readonly owner: string
  /** The batch that is being filled. */
  readonly batch: () => Batch
  /** Sends an alert now; the flush waits for its acknowledgement. */
  readonly sendAlert: (record: Outgoing) => Promise<unknown>
  /** Commits a chunk start of this partition, if it is still ours. */
  readonly commit: (offset: number) => Promise<void>
  /** Commitments of the day keys in use, for the ledger. */
  readonly keys: () => Readonly<Record<string, string>>
  readonly now: () => number
  readonly onWithheld: (withheld: Withheld) => void
  readonly onDocumentRefused: (reason: string, offset: number) => void
  readonly onChunkEnd: (batchBytes: number) => void
  /** Told of each stored event that has a reading. */
  readonly onStored?: (id: Buffer) => void
}

/** How far a partition's results are certified. */
export interface Certified {
  /** The last offset that the ledger certifies; -1: none. */
  offset: number
  /** When it was appended, epoch ms. */
  appended: number
}

const MAX_QUARANTINED_BYTES = 65_536
const NONE: Properties = []

/** Turns what the fold of one partition says into rows and records of the flush at hand. */
export class PartitionSink implements FoldSink {
  fold!: PartitionFold
  /** Moves with each flush. */
  readonly certified: Certified = { offset: -1, appended: 0 }
  readonly #o: SinkOptions
  /** Last offset whose rows were taken; nothing is written again before another record is folded in. */
  #taken = -1

  constructor(options: SinkOptions) {
    this.#o = options
  }

  reading(event: EventRecord, values: readonly Value[], offset: number, appended: number, properties: Properties): void {
    this.#o.onStored?.(event.event_id)
    const { context, partition } = this.#o
    const w = this.#batch().writer('readings', context.targets(properties).readings)
    w.string(event.sensor)
    w.time(event.at)
    w.uuid(event.event_id)
    w.bool(event.clamped)
    writeValues(w, values)
    w.u16(partition)
    w.i64(offset)
    w.time(appended)
    w.endRow()
  }

  /** Before anything of a batch is written: how far into the log that reaches, and what the log has there. */
  announce(): void {
    const w = this.#o.batch().writer('intents', INTENTS)
    w.string(this.#o.context.stream.name)
    w.u16(this.#o.partition)
    w.i64(this.fold.chunk?.start ?? this.fold.last)
    w.string(this.#o.owner)
    w.i64(this.fold.last)
    w.string(this.fold.lastId)
    w.endRow()
  }

  window(row: WindowRow): void {
    const { context, partition } = this.#o
    this.#batch().closed.push({ context, partition, row: plainWindow(row), replayed: row.replayed })
  }

  withhold(withheld: Withheld): void {
    this.#o.onWithheld(withheld)
  }

  documentRefused(reason: string, offset: number): void {
    this.#o.onDocumentRefused(reason, offset)
  }

  transition(t: Record<string, unknown>): void {
    const { context, partition } = this.#o
    const internal = t['internal'] === true
    const batch = this.#batch()
    const topic = internal ? INTERNAL_ALERTS_TOPIC : ALERTS_TOPIC
    batch.alertAcks.push(this.#o.sendAlert({ topic, partition: 0, key: String(t['subject']), value: context.alertCodec.encode(t) }))
    const w = batch.writer('alerts', ALERTS)
    w.string(context.stream.name)
    w.string(String(t['rule']))
    w.u16(Number(t['ruleVersion']))
    w.string(String(t['subject']))
    w.uuid(uuidBytes(String(t['incident'])))
    w.u8(t['transition'] === 'firing' ? 1 : 2)
    w.uuid(uuidBytes(String(t['alertId'])))
    w.string(String(t['severity']))
    w.string(String(t['title']))
    w.time(Number(t['at']))
    w.string(JSON.stringify(t['values']))
    w.bool(internal)
    w.u16(partition)
    w.i64(Number(t['offset']))
    w.endRow()
  }

  reject({ reason, detail, sensor, record }: Rejection): void {
    const { context, partition, workerId } = this.#o
    const bytes = record.value ?? Buffer.alloc(0)
    const secret = context.isProtected || context.stream.personalData !== 'none'
    const value = context.refusedCodec.encode({
      ...{ stream: context.stream.name, sensor, reason, detail, at: this.#o.now(), by: `worker ${workerId}`, mqttTopic: null },
      ...{ topic: context.eventsTopic, partition, offset: record.offset, length: bytes.length },
      sha256: secret ? '' : createHash('sha256').update(bytes).digest('hex'),
      bytes: secret ? null : bytes.subarray(0, MAX_QUARANTINED_BYTES),
    })
    this.#batch().refused.push({ topic: QUARANTINE_TOPIC, partition: 0, key: context.stream.name, value })
  }

  chunkEnd(): void {
    this.take(true)
    const next = this.fold.last + 1
    const batch = this.#batch()
    const { commit } = this.#o
    batch.commits.push(() => commit(next))
    this.#o.onChunkEnd(batch.bytes)
  }

  /** Writes the rows of the chunk at hand as it stands. `complete`: the chunk is whole. */
  take(complete: boolean): void {
    const { fold } = this
    if (fold.chunk === null || (!complete && fold.last === this.#taken)) return
    this.#taken = fold.last
    this.#takeParts(fold.chunk.start)
    this.#takeAccounts(fold.chunk.start, fold.chunk.hour)
    if (complete) this.#takeStates(fold.chunk.start)
    this.#takeLedger(complete)
  }

  #takeParts(chunk: number): void {
    const { context, partition } = this.#o
    const batch = this.#batch()
    let properties = NONE
    let w = batch.writer('partials', context.targets(properties).partials)
    for (const part of this.fold.windows.takeDirty()) {
      const { figures, span, sensor } = part
      if (part.shape.properties !== properties) {
        properties = part.shape.properties
        w = batch.writer('partials', context.targets(properties).partials)
      }
      w.string(sensor)
      w.seconds(span.start)
      w.u32(span.sizeMs / 1000)
      w.u16(partition)
      w.i64(chunk)
      w.i64(this.fold.last)
      w.u32(figures.count)
      w.u32(figures.late)
      w.u32(figures.clamped)
      writeState(w, properties, figures)
      w.endRow()
      if (part.lateRev < 0) continue
      const revision = { sensor, ...span, rev: part.lateRev, bridges: part.lateBridges, properties, own: figures.clone() }
      batch.revisions.push({ context, partition, chunk, revision: { ...revision, around: aroundOf(this.fold, part) } })
    }
  }

  #takeAccounts(chunk: number, hour: number): void {
    const { context, partition } = this.#o
    const batch = this.#batch()
    const w = batch.writer('accounting', ACCOUNTING)
    for (const a of this.fold.accounts.takeDirty()) {
      w.string(context.stream.name)
      w.string(a.sensor)
      w.seconds(hour * this.fold.scale.hourMs)
      w.u16(partition)
      w.i64(chunk)
      w.i64(this.fold.last)
      for (const n of [a.records, a.stored, a.duplicate, a.rejected, a.late, a.clamped]) w.u32(n)
      w.endRow()
      const newest = a.newest
      if (newest === null || !a.newestDirty) continue
      a.newestDirty = false
      const l = batch.writer('partials', context.targets(newest.shape.properties).latest)
      l.string(a.sensor)
      l.time(newest.at)
      l.uuid(newest.id)
      l.bool(newest.clamped)
      writeValues(l, newest.values)
      l.i64(Math.max(0, newest.at))
      l.endRow()
    }
  }

  /** What a resume behind this chunk needs besides windows. */
  #takeStates(chunk: number): void {
    const { context, partition } = this.#o
    const { alerts, carries, last, watermark } = this.fold
    const place = { partition, chunk, last }
    writeAlertStates(this.#batch().writer('alerts', ALERT_STATES), {
      ...place,
      stream: context.stream.name,
      states: alerts?.states() ?? [],
    })
    const held = carries.list()
    if (held.length === 0) return
    writeCarries(this.#batch().writer('windows', context.targets(NONE).carries), { ...place, appended: watermark.appended, carries: held })
  }

  #takeLedger(complete: boolean): void {
    const { fold } = this
    const { start, counts } = fold.chunk!
    const { context, partition } = this.#o
    const batch = this.#batch()
    const w = batch.writer('ledger', LEDGER)
    const reached: Certified = { offset: fold.last, appended: fold.watermark.appended }
    // Whatever the batch holds must not keep a fold that was given back: that may be half of the heap.
    const { certified } = this
    batch.certified.push(() => void Object.assign(certified, reached))
    const place = { stream: context.stream.name, partition, chunk: start, complete }
    writeLedgerRow(w, { ...place, counts, fold, lastId: fold.lastId, keys: this.#o.keys() })
  }

  #batch(): Batch {
    const batch = this.#o.batch()
    batch.writers.add(this)
    return batch
  }
}

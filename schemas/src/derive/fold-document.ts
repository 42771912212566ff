import { bareSchema, type EventVersion } from '../codec/event-reader.ts'
import type { Aggregate, AlertRule, Disclosure, PropertyKind, Stream } from '../contract/stream.ts'
import { keepsPoints } from './keeps-points.ts'

/** The fold's algorithms that this code base runs; a worker pauses a partition whose document names another. */
export const FOLD_ALGORITHMS: readonly number[] = [1, 2]

/** All that the fold reads besides events (protocol section 2): immutable, travels in the log as a marker. */
export interface FoldDocument {
  readonly algorithm: number
  readonly stream: string
  /** Null: in force from the beginning of time; else the first window start that lives under it (epoch ms). */
  readonly from: number | null
  readonly sizeMs: number
  readonly latenessMs: number
  /** How far past its clock a bridge lets an event be; a document's `from` lies beyond it (protocol section 2). */
  readonly aheadMs: number
  readonly silence: 'zero' | 'unknown'
  readonly properties: readonly {
    readonly name: string
    readonly kind: PropertyKind
    readonly resolution: string
    readonly nullable: boolean
    readonly aggregates: readonly Aggregate[]
    /** True of a `state` whose values are strings; absent otherwise, as in documents of algorithm 1. */
    readonly label?: boolean
    /** Of a `counter`, in declared units. */
    readonly rollover?: string
  }[]
  readonly disclosure: Disclosure | null
  /** Sorted ids of the registered sensors of a protected stream; null otherwise. */
  readonly sensors: readonly string[] | null
  readonly alerts: readonly AlertRule[]
  /**
   * Every version of the event schema that the log may hold from here on, by id: a reader needs no contract to decode.
   * Absent in documents from before they were named; then the contract's versions hold.
   */
  readonly schemas?: readonly EventVersion[]
}

/** The document of a stream as its contract stands; keys in fixed order, so equal contracts give equal bytes. */
export function foldDocumentOf(stream: Stream, from: number | null): FoldDocument {
  return {
    algorithm: algorithmOf(stream.properties),
    stream: stream.name,
    from,
    sizeMs: stream.window.sizeMs,
    latenessMs: stream.time.latenessMs,
    aheadMs: stream.time.aheadMs,
    silence: stream.source.silence,
    properties: stream.properties.map(({ name, kind, resolution, nullable, aggregates, label, rollover }) => ({
      ...{ name, kind, resolution, nullable, aggregates },
      ...(label && { label }),
      ...(rollover !== undefined && { rollover }),
    })),
    disclosure: stream.disclosure,
    sensors: stream.disclosure === null ? null : stream.sensors.map((s) => s.id).sort(),
    alerts: stream.alerts,
    schemas: [...stream.versions].map(([id, avro]) => ({ id, avro: bareSchema(avro) })).sort((a, b) => a.id - b.id),
  }
}

/** Points and labels came with 2: a worker that does not know them must not fold. */
function algorithmOf(properties: Stream['properties']): number {
  return properties.some((p) => keepsPoints(p) || p.label) ? 2 : 1
}

import type { AlertRule, Disclosure, PropertyKind, Aggregate, Stream } from '../contract/stream.ts'

/** The fold's algorithm that this code base runs; a worker pauses a partition whose document names another. */
export const FOLD_ALGORITHM = 1

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
  }[]
  readonly disclosure: Disclosure | null
  /** Sorted ids of the registered sensors of a protected stream; null otherwise. */
  readonly sensors: readonly string[] | null
  readonly alerts: readonly AlertRule[]
}

/** The document of a stream as its contract stands; keys in fixed order, so equal contracts give equal bytes. */
export function foldDocumentOf(stream: Stream, from: number | null): FoldDocument {
  return {
    algorithm: FOLD_ALGORITHM,
    stream: stream.name,
    from,
    sizeMs: stream.window.sizeMs,
    latenessMs: stream.time.latenessMs,
    aheadMs: stream.time.aheadMs,
    silence: stream.source.silence,
    properties: stream.properties
      .filter((p) => !p.label)
      .map(({ name, kind, resolution, nullable, aggregates }) => ({ name, kind, resolution, nullable, aggregates })),
    disclosure: stream.disclosure,
    sensors: stream.disclosure === null ? null : stream.sensors.map((s) => s.id).sort(),
    alerts: stream.alerts,
  }
}

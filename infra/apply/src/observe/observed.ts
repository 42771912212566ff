import type { DecisionRecord, DocumentRecord } from '@commonstream/schemas'

/** What Kafka and ClickHouse hold now: all that a plan is made from, besides the contracts. */
export interface Observed {
  /** Whether the database is there. */
  readonly database: boolean
  readonly topics: ReadonlyMap<string, ObservedTopic>
  readonly tables: ReadonlyMap<string, ObservedTable>
  /** What the views were made from (a hash, kept as their comment). */
  readonly views: ReadonlyMap<string, string>
  /** By stream, in order of number. */
  readonly documents: ReadonlyMap<string, readonly DocumentRecord[]>
  /** The partitions that have the marker of a document that was begun and not finished, by stream. */
  readonly marked: ReadonlyMap<string, ReadonlySet<number>>
  /** Partitions without a committed offset, by consumer group. */
  readonly uncommitted: ReadonlyMap<string, readonly number[]>
  readonly sensors: readonly SensorRow[]
  /** The record of decisions, as Kafka and as the store hold it. */
  readonly decisions: { readonly topic: readonly DecisionRecord[]; readonly table: readonly DecisionRecord[] }
}

export interface ObservedTopic {
  readonly partitions: number
  readonly replication: number
  /** Settings that differ from the broker's defaults. */
  readonly config: Readonly<Record<string, string>>
  /** Whether no record was ever written to it. */
  readonly untouched: boolean
}

export interface ObservedTable {
  readonly columns: ReadonlyMap<string, string>
  readonly sortingKey: string
  /** When rows expire, as the store writes it; null for never. */
  readonly ttl: string | null
}

/** A row of the table `sensors`: a description from a day on. */
export interface SensorRow {
  readonly stream: string
  readonly sensor: string
  /** YYYY-MM-DD. */
  readonly valid_from: string
  readonly name: string
  readonly zone: string | null
  readonly gateway: string | null
  readonly lon: number | null
  readonly lat: number | null
  readonly place: string
  readonly every: number
  readonly device: string | null
  readonly aliases: readonly string[]
  /** JSON; empty where the register has none. */
  readonly details: string
  readonly installed: string | null
  readonly removed: string | null
  readonly version: number
}

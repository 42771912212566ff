import type { PayloadNames } from './contract-schema.ts'

/** The shapes of a loaded, checked contract. Durations are milliseconds, instants epoch milliseconds. */

export type PropertyKind = 'count' | 'gauge' | 'counter' | 'state'
export type Aggregate = 'sum' | 'min' | 'max' | 'mean' | 'last' | 'duration' | 'arrivals'

/** One measured field of an event. */
export interface Property {
  readonly name: string
  readonly kind: PropertyKind
  readonly doc: string
  /** UCUM. */
  readonly unit: string
  readonly observedProperty: string
  /** Decimal, as written ("1", "0.1"): the fold's integers are round(value / resolution). */
  readonly resolution: string
  /** Whether an event may lack it. */
  readonly nullable: boolean
  readonly aggregates: readonly Aggregate[]
  /** True of a `state` whose values are strings. */
  readonly label?: boolean
  /** Of a `counter`: where it begins again at 0 by itself (declared units, a decimal as written); absent: nowhere that is known. */
  readonly rollover?: string
}

/** A registered sensor (a feature of sensors.geojson). `lon`/`lat` are null without a place. */
export interface Sensor {
  readonly id: string
  readonly name: string
  readonly zone: string | null
  readonly gateway: string | null
  readonly lon: number | null
  readonly lat: number | null
  readonly place: 'exact' | 'coarse' | 'none'
  readonly everyMs: number
  readonly installed: string | null
  readonly removed: string | null
  readonly aliases: readonly string[]
  /** Day from which this description holds (ISO date), where the register says so: before it an earlier one did. */
  readonly since?: string
  /** Kind of LoRaWAN device, by the name of its decoder. */
  readonly device?: string
  /** What is particular to the stream's sensors, shown with them: a bay's time limit, a station's capacity. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>
}

/** How a protected stream's releases are made (protocol section 8). */
export interface Disclosure {
  readonly policy: number
  readonly from: number
  /** Rational ε as [numerator, denominator]. */
  readonly epsilon: readonly [number, number]
  readonly group: number
  /** Rational β as [numerator, denominator]. */
  readonly beta: readonly [number, number]
}

/** How the exact figures of an unprotected stream are published where single places would tell too much. */
export interface Publish {
  /** Published times are whole multiples of this, and what is published of the present changes only then; 0: exact. */
  readonly timeMs: number
  /** zone: of the past the public sees only figures over groups. */
  readonly history: 'sensor' | 'zone'
  /** How many sensors such a group has at least. */
  readonly group: number
}

export interface AlertRule {
  readonly rule: string
  /** Counts up when the rule's meaning changes; part of an alert's identity. */
  readonly version: number
  readonly on: 'reading' | 'window'
  /** CEL over property names (`on: reading`, declared units) or column names (`on: window`, declared units). */
  readonly when: string
  readonly clear: string
  /** How long `when` must hold before the alert fires; 0 at once. */
  readonly forMs: number
  readonly severity: 'info' | 'warning' | 'critical'
  readonly title: string
}

export interface Assessment {
  readonly reference: string
  /** ISO dates. */
  readonly approved: string
  readonly by: string
  readonly review: string
  /** Who took the approval back, when (ISO date) and why; absent while it stands. */
  readonly withdrawn?: { readonly on: string; readonly by: string; readonly reason: string }
}

/** What was decided about a stream; fields that it does not name are null. */
export interface Decision {
  /** changed: approved as the contract then was; prolonged: reviewed and approved for longer. */
  readonly decision: 'approved' | 'changed' | 'prolonged' | 'withdrawn'
  /** ISO date. */
  readonly on: string
  readonly by: string
  readonly reference: string | null
  /** Last day of the approval, ISO date. */
  readonly review: string | null
  readonly reason: string | null
}

/** A feed that the bridge polls. `url` and `headers` hold {CITY_SECRET_…} where a value of the environment belongs. */
export interface HttpSource {
  readonly url: string
  readonly everyMs: number
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Longest answer, unpacked. */
  readonly bytes: number
}

/** One kind of event and what the city does with it. */
export interface Stream {
  readonly name: string
  /** `name` with `_` for `-`: the prefix of its tables. */
  readonly table: string
  readonly title: string
  readonly description: string
  readonly steward: { readonly organisation: string; readonly unit: string; readonly contact: string }
  readonly purpose: string
  readonly legalBasis: string
  readonly assessment: Assessment | null
  /** Every decision about it, the oldest first; they come to `assessment`. */
  readonly decisions: readonly Decision[]
  readonly personalData: 'none' | 'pseudonymous'
  readonly access: { readonly level: 'public' | 'restricted' | 'closed'; readonly licence: string | null; readonly grounds: string | null }
  readonly source: {
    readonly mqtt: string
    readonly http?: HttpSource
    readonly codec: string
    readonly sensors: 'registered' | 'open'
    readonly everyMs: number
    readonly silence: 'zero' | 'unknown'
    /** What the payload calls things, as the contract says; absent where it says nothing. */
    readonly payload?: PayloadNames
    /** The city's own decoder, and the folder of schemas that it may read; absent where the codec is json or one of ours. */
    readonly decoder?: { readonly file: string; readonly city: string }
  }
  readonly partitions: number
  readonly time: {
    readonly zone: string
    readonly aheadMs: number
    readonly behindMs: number
    readonly latenessMs: number
    readonly catchUpMs: number
  }
  readonly window: { readonly sizeMs: number }
  readonly retention: { readonly topicMs: number; readonly readingsMs: number; readonly partialsMs: number; readonly windowsMs: number }
  /** Null for an unprotected stream; then `unprotected` says why. */
  readonly disclosure: Disclosure | null
  readonly unprotected: string | null
  /** Null where the contract says nothing: figures and times are published as they are. */
  readonly publish: Publish | null
  readonly alerts: readonly AlertRule[]
  readonly properties: readonly Property[]
  readonly sensors: readonly Sensor[]
  /** Confluent schema id of the current event schema. */
  readonly schemaId: number
  /** Avro: the record with `event_id`, `sensor`, `at`, `clamped` before the properties. */
  readonly avro: object
  /** Every kept version by schema id, the current one included. */
  readonly versions: ReadonlyMap<number, object>
  readonly examples: readonly { readonly file: string; readonly payload: unknown }[]
  /** The contract as written, for the API. */
  readonly contract: Readonly<Record<string, unknown>>
}

/** A city's folder of schemas, loaded and checked. */
export interface City {
  readonly name: string
  readonly zone: string
  readonly languages: readonly string[]
  readonly publisher: { readonly name: string; readonly contact: string }
  readonly baseUrl: string
  readonly licence: string
  readonly streams: readonly Stream[]
  /** Names of streams with which lists and pages begin; one that is gone is passed over. */
  readonly first: readonly string[]
  /** Avro of the shared topics by short name (`windows`, `alerts`, `quarantine`) with their schema ids. */
  readonly topics: ReadonlyMap<string, { readonly schemaId: number; readonly avro: object }>
}

/** An event as it travels. Properties are declared units (numbers), null where absent. */
export interface EventRecord {
  event_id: Buffer
  sensor: string
  /** Judged event time, epoch ms. */
  at: number
  /** True if `at` was more than `ahead` past the bridge's clock and was set to it. */
  clamped: boolean
  [property: string]: number | string | boolean | Buffer | null
}

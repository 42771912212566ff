/** What the page works with, read from the query service's answers. Instants are epoch ms, figures in declared units. */

export type PropertyKind = 'count' | 'gauge' | 'counter' | 'state'

export interface PropertyAnswer {
  readonly name: string
  readonly kind: PropertyKind
  readonly doc: string
  /** UCUM. */
  readonly unit: string
  /** A URI. */
  readonly observedProperty: string
}

export interface StreamAnswer {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly organisation: string
  readonly licence: string | null
  readonly zone: string
  readonly everyMs: number
  readonly windowMs: number
  /** The window's size as the service writes it, for `every=`. */
  readonly window: string
  readonly properties: readonly PropertyAnswer[]
  /** Null for a stream that is not protected. */
  readonly disclosure: { readonly epsilon: string; readonly group: number } | null
  /** Whether the public has history of groups alone, never of a single sensor. */
  readonly ofGroups: boolean
}

/** What the city has. */
export interface CatalogueAnswer {
  readonly city: string
  readonly streams: readonly StreamAnswer[]
}

/** How a sensor's newest figure of one property stands. */
export type RowStatus = 'ok' | 'partial' | 'no_data' | 'suppressed'

/** One sensor in service, with its newest figures by property. */
export interface SensorAnswer {
  readonly id: string
  readonly name: string
  readonly lon: number | null
  readonly lat: number | null
  /** `partial`: some of the values are held back. */
  readonly status: RowStatus
  /** The newest figures' stretch: a window, or one instant (`from` = `to`) for a reading; null where there are none. */
  readonly span: { readonly from: number; readonly to: number } | null
  readonly values: Readonly<Record<string, number | null>>
}

/** One row of `/aggregates`. */
export interface RowAnswer {
  /** Null where rows are over all sensors. */
  readonly sensor: string | null
  readonly from: number
  readonly to: number
  readonly sum: number | null
  readonly mean: number | null
  readonly min: number | null
  readonly max: number | null
  readonly last: number | null
  readonly expected: number | null
  readonly reporting: number | null
  readonly noiseSd: number | null
  readonly status: RowStatus
}

export interface AlertAnswer {
  readonly id: string
  readonly stream: string
  readonly subject: string
  readonly severity: string
  readonly title: string
  readonly since: number
  readonly acknowledged: { readonly by: string | null; readonly at: number } | null
}

export interface PartAnswer {
  readonly service: string
  readonly name: string
  readonly state: string
  readonly since: number | null
  readonly reason: string | null
}

export interface ApprovalAnswer {
  readonly state: string
  /** Since when nothing is taken in, or until when something is; null where there never was an approval. */
  readonly until: number | null
}

export interface StatusAnswer {
  /** The city's clock when the service answered. */
  readonly clock: { readonly now: number; readonly speed: number; readonly replayOf: number | null }
  readonly parts: readonly PartAnswer[]
  /** `reason`: why the watermark is not known at the moment. */
  readonly streams: readonly {
    readonly stream: string
    readonly watermark: number | null
    readonly reason: string | null
    /** How it stands by its privacy assessment; null where the service does not say. */
    readonly approval: ApprovalAnswer | null
  }[]
}

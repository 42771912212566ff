import { type EventRecord, type FoldDocument, unitsOf } from '@commonstream/schemas'
import { keepsLast, storedFigures, type Value, type Way, waysOf } from './figures.ts'

/** What a fold document says of single events, prepared for the hot path. */
export class EventShape {
  readonly properties: FoldDocument['properties']
  /** By property, whether its last value is kept. */
  readonly keepLast: readonly boolean[]
  /** By number of `Figures.n`, whether the store has a column for it. */
  readonly stored: readonly boolean[]
  /** How each property is folded; null: all as sums. */
  readonly ways: readonly Way[] | null
  readonly #toInteger: readonly ((value: number) => number)[]
  /** Filled anew for each event. */
  readonly #values: Value[]

  constructor(document: FoldDocument) {
    this.properties = document.properties
    this.keepLast = keepsLast(document)
    this.stored = storedFigures(document)
    this.ways = waysOf(document)
    this.#toInteger = document.properties.map((p) => unitsOf(p).toInteger)
    this.#values = document.properties.map(() => null)
  }

  /** An event's values as integers of each property's resolution, labels as they are; valid until the next call. */
  integers(event: EventRecord): readonly Value[] {
    const values = this.#values
    for (let p = 0; p < values.length; p++) {
      const value = event[(this.properties[p] as { name: string }).name]
      values[p] = typeof value === 'number' ? (this.#toInteger[p] as (value: number) => number)(value) : null
      if (this.ways !== null && typeof value === 'string') values[p] = value
    }
    return values
  }

  /** An event's values in declared units by name, as alert rules see them. */
  declared(event: EventRecord): Record<string, number | null> {
    const values: Record<string, number | null> = {}
    for (const { name } of this.properties) {
      const value = event[name]
      values[name] = typeof value === 'number' ? value : null
    }
    return values
  }
}

import type { FoldDocument } from '@commonstream/schemas'

/** Numbers per property in `Figures.n`, in this order. */
export const COUNT = 0
export const SUM = 1
export const MIN = 2
export const MAX = 3
export const LAST = 4
export const LAST_AT = 5
export const WIDTH = 6

/**
 * What a set of events of one sensor adds to one window: per property count, sum, min, max and last, in integers of the
 * property's resolution. Merging is associative and commutative, so a window's value does not depend on how its events
 * were cut into chunks (protocol section 5).
 */
export class Figures {
  /** Events. */
  count = 0
  late = 0
  clamped = 0
  /** WIDTH numbers per property; min, max and last mean nothing where the property's count is 0. */
  readonly n: number[]
  /** Event id of each property's last value. */
  readonly lastId: (Uint8Array | null)[]

  constructor(properties: number) {
    this.n = new Array<number>(properties * WIDTH).fill(0)
    this.lastId = new Array<Uint8Array | null>(properties).fill(null)
  }

  /** Adds one event. `id` is kept only where it decides `last`; it is copied then. */
  add(at: number, id: Uint8Array, values: readonly (number | null)[], keepLast: readonly boolean[]): void {
    this.count++
    for (let p = 0; p < values.length; p++) {
      const value = values[p]
      if (value === null || value === undefined) continue
      this.#take(p, 1, value, value, value)
      if (keepLast[p] && this.#newer(p, at, id)) this.#setLast(p, value, at, Uint8Array.prototype.slice.call(id))
    }
  }

  merge(other: Figures): void {
    this.count += other.count
    this.late += other.late
    this.clamped += other.clamped
    for (let p = 0; p < this.lastId.length; p++) {
      const o = p * WIDTH
      const count = other.n[o + COUNT] as number
      if (count === 0) continue
      this.#take(p, count, other.n[o + SUM] as number, other.n[o + MIN] as number, other.n[o + MAX] as number)
      const id = other.lastId[p]
      const at = other.n[o + LAST_AT] as number
      if (id && this.#newer(p, at, id)) this.#setLast(p, other.n[o + LAST] as number, at, id)
    }
  }

  clone(): Figures {
    const copy = new Figures(this.lastId.length)
    copy.merge(this)
    return copy
  }

  #take(p: number, count: number, sum: number, min: number, max: number): void {
    const n = this.n
    const o = p * WIDTH
    const before = n[o] as number
    n[o] = before + count
    n[o + SUM] = (n[o + SUM] as number) + sum
    if (before === 0 || min < (n[o + MIN] as number)) n[o + MIN] = min
    if (before === 0 || max > (n[o + MAX] as number)) n[o + MAX] = max
  }

  #newer(p: number, at: number, id: Uint8Array): boolean {
    const held = this.lastId[p]
    if (!held) return true
    const heldAt = this.n[p * WIDTH + LAST_AT] as number
    return at > heldAt || (at === heldAt && Buffer.compare(id, held) > 0)
  }

  #setLast(p: number, value: number, at: number, id: Uint8Array): void {
    this.n[p * WIDTH + LAST] = value
    this.n[p * WIDTH + LAST_AT] = at
    this.lastId[p] = id
  }
}

/** Which of the numbers of `Figures.n` the store has columns for (docs/architecture.md, "State columns"). */
export function storedFigures(document: FoldDocument): boolean[] {
  return document.properties.flatMap(({ aggregates: a }) => {
    const last = a.includes('last')
    return [true, a.includes('sum') || a.includes('mean'), a.includes('min'), a.includes('max'), last, last]
  })
}

/** Which properties of a document need `last`. */
export function keepsLast(document: FoldDocument): boolean[] {
  return document.properties.map((p) => p.aggregates.includes('last'))
}

import { addPoint, keepsPoints, mergePoints, type Point, type FoldDocument } from '@commonstream/schemas'

/** Numbers per property in `Figures.n`, in this order. */
export const COUNT = 0
export const SUM = 1
export const MIN = 2
export const MAX = 3
export const LAST = 4
export const LAST_AT = 5
export const WIDTH = 6

/** An event's value of a property: an integer of its resolution, or a label; null: it has none. */
export type Value = number | string | null

/** How a property is folded: as sums, as points in time order, or not at all (a label that nothing aggregates). */
export type Way = 'sums' | 'points' | 'none'

/**
 * What a set of events of one sensor adds to one window: per property count, sum, min, max and last, in integers of the
 * property's resolution; of counters and states their points. Merging is associative and commutative, so a window's value does not depend on how its events
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
  /** By property, its points in order; null where it is folded otherwise, and where all are. */
  readonly points: (Point[] | null)[] | null

  /** @param ways how each property is folded; null: all as sums */
  constructor(properties: number, ways: readonly Way[] | null = null) {
    this.n = new Array<number>(properties * WIDTH).fill(0)
    this.lastId = new Array<Uint8Array | null>(properties).fill(null)
    this.points = ways === null ? null : ways.map((way) => (way === 'points' ? [] : null))
  }

  /** Adds one event. `id` is kept only where it decides `last` or makes a point; it is copied then. */
  add(at: number, id: Uint8Array, values: readonly Value[], keepLast: readonly boolean[]): void {
    this.count++
    if (this.points !== null) this.#addPoints(at, id, values)
    for (let p = 0; p < values.length; p++) {
      const value = values[p]
      if (typeof value !== 'number' || (this.points !== null && this.points[p] !== null)) continue
      this.#take(p, 1, value, value, value)
      if (keepLast[p] && this.#newer(p, at, id)) this.#setLast(p, value, at, Uint8Array.prototype.slice.call(id))
    }
  }

  #addPoints(at: number, id: Uint8Array, values: readonly Value[]): void {
    const hex = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex')
    this.points!.forEach((points, p) => {
      const value = values[p] ?? null
      if (points === null || value === null) return
      addPoint(points, { at, value, id: hex })
      this.n[p * WIDTH + COUNT] = points.length
    })
  }

  /** Takes points of a property in order, beside those that are there. */
  takePoints(p: number, points: readonly Point[]): void {
    const merged = mergePoints(this.points?.[p] ?? [], points)
    this.points![p] = merged
    this.n[p * WIDTH + COUNT] = merged.length
  }

  merge(other: Figures): void {
    this.count += other.count
    this.late += other.late
    this.clamped += other.clamped
    for (let p = 0; p < this.lastId.length; p++) {
      const o = p * WIDTH
      const count = other.n[o + COUNT] as number
      if (count === 0) continue
      const points = other.points?.[p]
      if (points) {
        this.takePoints(p, points)
        continue
      }
      this.#take(p, count, other.n[o + SUM] as number, other.n[o + MIN] as number, other.n[o + MAX] as number)
      const id = other.lastId[p]
      const at = other.n[o + LAST_AT] as number
      if (id && this.#newer(p, at, id)) this.#setLast(p, other.n[o + LAST] as number, at, id)
    }
  }

  clone(): Figures {
    const ways = this.points?.map((points): Way => (points === null ? 'sums' : 'points')) ?? null
    const copy = new Figures(this.lastId.length, ways)
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

/** How each property of a document is folded; null: all as sums. */
export function waysOf({ properties }: Pick<FoldDocument, 'properties'>): readonly Way[] | null {
  const ways = properties.map((p): Way => (keepsPoints(p) ? 'points' : p.label ? 'none' : 'sums'))
  return ways.every((way) => way === 'sums') ? null : ways
}

/** Which of the numbers of `Figures.n` the store has columns for (docs/architecture.md, "State columns"). */
export function storedFigures(document: FoldDocument): boolean[] {
  return document.properties.flatMap((property) => {
    if (keepsPoints(property)) return [true, false, false, false, false, false]
    const a = property.aggregates
    const last = a.includes('last')
    return [true, a.includes('sum') || a.includes('mean'), a.includes('min'), a.includes('max'), last, last]
  })
}

/** Which properties of a document need `last`. */
export function keepsLast(document: FoldDocument): boolean[] {
  return document.properties.map((p) => p.aggregates.includes('last'))
}

import { createHash } from 'node:crypto'
import { type Change, changeOf, comparePoints, type Point } from '@commonstream/schemas'
import type { Span } from './documents.ts'
import type { Figures } from './figures.ts'
import type { Properties } from './types.ts'

/** The last point of one sensor and property before the open windows. */
export interface Carry {
  readonly sensor: string
  readonly property: string
  readonly point: Point
}

/**
 * The last points before the open windows, per sensor and property: what the next window to close is differenced
 * against (protocol section 5). A function of the points that were folded, in whatever order they came.
 */
export class Carries {
  /** By sensor, then by name of the property. */
  readonly #held = new Map<string, Map<string, Point>>()

  /** What a window that closes now says of each of its properties; null where it has no points of it. */
  close(properties: Properties, sensor: string, span: Span, figures: Figures): (Change | null)[] {
    const window = { start: span.start, end: span.start + span.sizeMs }
    return properties.map((property, p) => {
      const points = figures.points?.[p] ?? []
      const change = changeOf(property, points, this.#held.get(sensor)?.get(property.name) ?? null, window)
      this.#raise(sensor, property.name, points.at(-1))
      return change
    })
  }

  /** Points of a window that is closed already came late: one may be the last before the open windows. */
  late(properties: Properties, sensor: string, figures: Figures): void {
    properties.forEach(({ name }, p) => this.#raise(sensor, name, figures.points?.[p]?.at(-1)))
  }

  /** All that is held, sensors and properties in order: written whole at each chunk's end. */
  list(): Carry[] {
    return [...this.#held.keys()].sort().flatMap((sensor) => {
      const held = [...(this.#held.get(sensor) as Map<string, Point>)].sort(([a], [b]) => (a < b ? -1 : 1))
      return held.map(([property, point]): Carry => ({ sensor, property, point }))
    })
  }

  /** How many points are held, for the memory bound. */
  get size(): number {
    let n = 0
    for (const held of this.#held.values()) n += held.size
    return n
  }

  /** Replaces everything by what was read back. */
  load(carries: readonly Carry[]): void {
    this.#held.clear()
    for (const { sensor, property, point } of carries) this.#raise(sensor, property, point)
  }

  /** Count and hash of what is held: what the ledger certifies and resume compares. Nothing held: an empty text. */
  fingerprint(): { count: number; hash: string } {
    const carries = this.list()
    if (carries.length === 0) return { count: 0, hash: '' }
    const hash = createHash('sha256')
    for (const { sensor, property, point } of carries)
      hash.update(`${JSON.stringify([sensor, property, point.at, point.value, point.id])}\n`)
    return { count: carries.length, hash: hash.digest('hex') }
  }

  #raise(sensor: string, property: string, point: Point | undefined): void {
    if (point === undefined) return
    let held = this.#held.get(sensor)
    if (held === undefined) this.#held.set(sensor, (held = new Map()))
    const before = held.get(property)
    if (before === undefined || comparePoints(point, before) > 0) held.set(property, point)
  }
}

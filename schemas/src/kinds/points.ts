/** One report of a counter or state. A counter's and a code's value is an integer of the property's resolution, a label a text. */
export interface Point {
  /** Epoch ms. */
  readonly at: number
  readonly value: number | string
  /** The event's id, in hex of one form: texts of ids compare as their bytes do. */
  readonly id: string
}

/** The order of points in time: by instant, then by id. */
export function comparePoints(a: Pick<Point, 'at' | 'id'>, b: Pick<Point, 'at' | 'id'>): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** Puts a point into a list in its order; one that is there already changes nothing. Mostly it is the newest. */
export function addPoint(points: Point[], point: Point): void {
  let place = points.length
  for (; place > 0; place--) {
    const order = comparePoints(points[place - 1] as Point, point)
    if (order === 0) return
    if (order < 0) break
  }
  points.splice(place, 0, point)
}

/** The union of two lists in order: associative, commutative, and the same again where lists share points. */
export function mergePoints(a: readonly Point[], b: readonly Point[]): Point[] {
  const merged: Point[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const order = i === a.length ? 1 : j === b.length ? -1 : comparePoints(a[i] as Point, b[j] as Point)
    merged.push((order <= 0 ? a[i] : b[j]) as Point)
    if (order <= 0) i++
    if (order >= 0) j++
  }
  return merged
}

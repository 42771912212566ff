import type { FoldDocument } from '@commonstream/schemas'
import type { Row } from './row-binary.ts'

/** A property's figures in integers of its resolution. */
export interface Merged {
  count: number
  sum: number
  min: number | null
  max: number | null
  last: number | null
  lastAt: number
  lastId: string | null
  /** Of a counter or state: its reports by instant and id, `<at>|<id>`. */
  points?: Map<string, number | string>
}

/** The merge of a sensor's partials of one window. */
export interface Group {
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  count: number
  late: number
  clamped: number
  readonly properties: Record<string, Merged>
}

export function nothing(): Merged {
  return { count: 0, sum: 0, min: null, max: null, last: null, lastAt: 0, lastId: null }
}

/** Adds `b` to `a`; `last` is the greatest by time, then by id. */
export function merge(a: Merged, b: Merged): void {
  if (b.count === 0) return
  if (b.points !== undefined) {
    a.points = new Map([...(a.points ?? []), ...b.points])
    a.count = a.points.size
    return
  }
  const newer = a.lastId === null || b.lastAt > a.lastAt || (b.lastAt === a.lastAt && (b.lastId ?? '') > a.lastId)
  if (b.lastId !== null && newer) Object.assign(a, { last: b.last, lastAt: b.lastAt, lastId: b.lastId })
  a.count += b.count
  a.sum += b.sum
  if (b.min !== null) a.min = a.min === null ? b.min : Math.min(a.min, b.min)
  if (b.max !== null) a.max = a.max === null ? b.max : Math.max(a.max, b.max)
}

/** Rows of `<t>_partials` merged by sensor and window: what a query with FINAL and GROUP BY gives. */
export function groupBy(rows: readonly Row[], properties: FoldDocument['properties']): Group[] {
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const key = `${row['sensor']}|${row['window']}|${row['size']}`
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = emptyGroup(row, properties)))
    group.count += Number(row['count'])
    group.late += Number(row['late'])
    group.clamped += Number(row['clamped'])
    for (const { name } of properties) merge(group.properties[name] as Merged, mergedOf(row, name))
  }
  return [...groups.values()]
}

function emptyGroup(row: Row, properties: FoldDocument['properties']): Group {
  const sizeMs = Number(row['size']) * 1000
  const frame = { sensor: String(row['sensor']), start: Number(row['window']), sizeMs }
  return { ...frame, count: 0, late: 0, clamped: 0, properties: Object.fromEntries(properties.map(({ name }) => [name, nothing()])) }
}

function mergedOf(row: Row, p: string): Merged {
  const count = Number(row[`${p}_count`] ?? 0)
  const number = (name: string) => {
    const value = row[name]
    return value === undefined || value === null ? null : Number(value)
  }
  const points = row[`${p}_points`] as unknown as [number, number | string, string][] | undefined
  if (points !== undefined) return { ...nothing(), count, points: new Map(points.map(([at, value, id]) => [`${at}|${id}`, value])) }
  const last = number(`${p}_last`)
  const lastId = count > 0 && last !== null ? String(row[`${p}_last_id`]) : null
  return {
    count,
    sum: number(`${p}_sum`) ?? 0,
    min: number(`${p}_min`),
    max: number(`${p}_max`),
    last,
    lastAt: number(`${p}_last_at`) ?? 0,
    lastId,
  }
}

export function copyOf(group: Group): Group {
  return {
    ...group,
    properties: Object.fromEntries(
      Object.entries(group.properties).map(([name, merged]) => [
        name,
        { ...merged, ...(merged.points && { points: new Map(merged.points) }) },
      ]),
    ),
  }
}

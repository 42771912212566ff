import type { EventRecord, FoldDocument } from '@commonstream/schemas'
import { type Group, merge, type Merged, nothing } from './merge.ts'

type Property = FoldDocument['properties'][number]
type Report = readonly [at: number, id: string, value: number | string]

/** Whether a property is told by what lies between its reports. */
export function isPointed({ kind, aggregates }: Pick<Property, 'kind' | 'aggregates'>): boolean {
  return (kind === 'counter' || kind === 'state') && aggregates.length > 0
}

/** An event's values by property, in integers of its resolution, labels as they are. */
export function integersOf(properties: readonly Property[], event: EventRecord): Record<string, number | string | null> {
  const integer = ({ name, resolution }: Property) => {
    const value = event[name]
    if (typeof value === 'string') return value
    return typeof value === 'number' ? Math.round(value / Number(resolution)) : null
  }
  return Object.fromEntries(properties.map((property) => [property.name, integer(property)]))
}

/** Adds one event's value of a property, in its integers or a label, to its window. */
export function addValue(group: Group, property: Property, value: number | string | null, at: number, id: string): void {
  if (value === null) return
  const merged = group.properties[property.name] as Merged
  if (isPointed(property)) merge(merged, { ...nothing(), count: 1, points: new Map([[`${at}|${id}`, value]]) })
  else if (typeof value === 'number') {
    const last = property.aggregates.includes('last') ? { last: value, lastAt: at, lastId: id } : { last: null, lastAt: 0, lastId: null }
    merge(merged, { count: 1, sum: value, min: value, max: value, ...last })
  }
}

/** The reports of one property in a group, in time order. */
export function reportsOf(group: Group, name: string): Report[] {
  const points = [...(group.properties[name]?.points ?? [])]
  return points
    .map(([key, value]): Report => [Number(key.split('|')[0]), key.split('|')[1] as string, value])
    .sort(([a, i], [b, j]) => a - b || (i < j ? -1 : 1))
}

/** The group behind another that has reports of a property, of those that are closed. */
export function nextWith(groups: readonly Group[], name: string, start: number, frontier: number): Group | undefined {
  const later = groups.filter((g) => g.start > start && g.start < frontier && (g.properties[name]?.points?.size ?? 0) > 0)
  return later.sort((a, b) => a.start - b.start)[0]
}

/** What a window's row must say of a property: from the definition, over all that one sensor has reported so far. */
export function told(property: Property, group: Group, groups: readonly Group[]): unknown[] {
  const mine = reportsOf(group, property.name)
  if (mine.length === 0) return property.kind === 'counter' ? [null, null, null, null, null] : [null, [], [], null]
  const before = groups.filter((g) => g.start < group.start).flatMap((g) => reportsOf(g, property.name))
  const last = before.sort(([a, i], [b, j]) => a - b || (i < j ? -1 : 1)).at(-1)
  const path = [...(last === undefined ? [] : [last]), ...mine]
  const end = (mine.at(-1) as Report)[2]
  if (property.kind === 'counter') return [mine.length, ...counted(path, Number(property.rollover)), mine.length - path.length + 1, end]
  const durations = new Map<string, number>()
  const arrivals = new Map<string, number>()
  path.forEach(([at, , value], i) => {
    const from = Math.max(at, group.start)
    const to = path[i + 1]?.[0] ?? group.start + group.sizeMs
    if (to > from) durations.set(String(value), (durations.get(String(value)) ?? 0) + to - from)
    if (i > 0 && path[i - 1]?.[2] !== value) arrivals.set(String(value), (arrivals.get(String(value)) ?? 0) + 1)
  })
  return [mine.length, [...durations].sort(), [...arrivals].sort(), end]
}

function counted(path: readonly Report[], rollover: number): [sum: number | null, resets: number] {
  let [sum, resets] = [0, 0]
  for (let i = 1; i < path.length; i++) {
    const [was, is] = [Number(path[i - 1]?.[2]), Number(path[i]?.[2])]
    const isOver = was >= 0.75 * rollover && is < 0.25 * rollover
    if (is < was && !isOver) resets++
    sum += is >= was ? is - was : isOver ? rollover - was + is : is
  }
  return [path.length > 1 ? sum : null, resets]
}

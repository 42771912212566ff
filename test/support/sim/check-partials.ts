import type { Finished } from './checks.ts'
import { groupBy, type Group } from './merge.ts'

/** Partials merged are the batch recomputation over the log. */
export function checkPartials({ sim, partition, oracle, say }: Finished): void {
  const { properties } = sim.city.contexts[0]!
  const rows = sim.store.rows(`${sim.stream.table}_partials`).filter((r) => r['partition'] === partition)
  const have = new Map(groupBy(rows, properties).map((g) => [keyOf(g), g]))
  for (const [key, want] of oracle.groups) {
    const got = have.get(key)
    if (got === undefined || JSON.stringify(stored(got, sim)) !== JSON.stringify(stored(want, sim)))
      say(`partials of ${key}: ${JSON.stringify(got && stored(got, sim))} instead of ${JSON.stringify(stored(want, sim))}`)
  }
  for (const key of have.keys()) if (!oracle.groups.has(key)) say(`partials of ${key}, of which the log knows nothing`)
}

function keyOf({ sensor, start, sizeMs }: Group): string {
  return `${sensor}|${start}|${sizeMs}`
}

/** A group's figures that have columns. */
export function stored(group: Group, sim: Finished['sim']): unknown[] {
  const columns = sim.city.contexts[0]!.properties.map(({ name, aggregates }) => {
    const f = group.properties[name]!
    if (f.points !== undefined) return [f.count, [...f.points].sort()]
    const has = (aggregate: string) => (aggregates as readonly string[]).includes(aggregate)
    return [
      f.count,
      has('sum') ? f.sum : 0,
      has('min') ? f.min : 0,
      has('max') ? f.max : 0,
      ...(has('last') ? [f.last, f.lastAt, f.lastId] : []),
    ]
  })
  return [group.count, group.late, group.clamped, ...columns]
}

import { type City, everFolded, type Stream, type TableSpec, type ViewSpec, tablesOf, viewsOf } from '@commonstream/schemas'
import { createHash } from 'node:crypto'
import type { Observed, ObservedTable } from '../observe/observed.ts'
import type { Plan, Step } from './step.ts'

/** What the tables and views of the database `city` lack. Tables gain columns, and columns null; expiry changes; nothing else. */
export function planTables(
  city: City,
  observed: Pick<Observed, 'database' | 'tables' | 'views' | 'documents'>,
  options: { ttl: boolean },
): Plan {
  const steps: Step[] = observed.database ? [] : [{ do: 'create database' }]
  const refusals: string[] = []
  for (const table of tablesOf({ streams: city.streams.map((stream) => withFormer(stream, observed)) }, options)) {
    const found = observed.tables.get(table.name)
    if (found === undefined) {
      steps.push({ do: 'create table', table })
      continue
    }
    refusals.push(...rebuilds(table, found))
    const lacking = table.columns.filter((c) => !found.columns.has(c.name))
    const sorting = lacking.filter((c) => table.orderBy.includes(c.name))
    const columns = lacking.filter((c) => !sorting.includes(c))
    // The store sorts by more only together with the columns being new.
    if (sorting.length > 0) steps.push({ do: 'sort by more', table: table.name, columns: sorting, orderBy: table.orderBy })
    if (columns.length > 0) steps.push({ do: 'add columns', table: table.name, columns })
    const widened = table.columns.filter((c) => widens(found.columns.get(c.name), c.type))
    if (widened.length > 0) steps.push({ do: 'widen columns', table: table.name, columns: widened })
    if (bare(table.ttl ?? '') !== bare(found.ttl ?? '')) steps.push({ do: 'set expiry', table: table.name, ttl: table.ttl, was: found.ttl })
  }
  for (const view of viewsOf(city)) {
    const hash = hashOf(view)
    if (observed.views.get(view.name) !== hash) steps.push({ do: 'set view', view, hash })
  }
  return { steps, refusals, notes: [] }
}

/** A stream with what it once folded: a store that is made anew needs columns for the windows of before too. */
function withFormer(stream: Stream, { documents }: Pick<Observed, 'documents'>): Stream {
  const folded = everFolded((documents.get(stream.name) ?? []).map((record) => record.document))
  const kept = stream.properties.map((property) => {
    const { aggregates = [] } = folded.find((p) => p.name === property.name) ?? {}
    return { ...property, aggregates: [...new Set([...property.aggregates, ...aggregates])] }
  })
  const former = folded.filter((p) => !stream.properties.some(({ name }) => name === p.name))
  return { ...stream, properties: [...kept, ...former.map((p) => ({ ...p, doc: '', unit: '1', observedProperty: '' }))] }
}

function rebuilds(table: TableSpec, found: ObservedTable): string[] {
  const refusals = table.columns
    .filter(
      (c) => found.columns.has(c.name) && bare(found.columns.get(c.name)!) !== bare(c.type) && !widens(found.columns.get(c.name), c.type),
    )
    .map(
      (c) =>
        `city.${table.name}.${c.name} is ${found.columns.get(c.name)}, the contract makes it ${c.type}. Rows are not rewritten; give the changed property a new name.`,
    )
  const known = table.orderBy.filter((name) => found.columns.has(name))
  if (bare(found.sortingKey).replaceAll(/[()]/g, '') !== known.join(',') || !startsWith(table.orderBy, known)) {
    refusals.push(
      `city.${table.name} is sorted by (${found.sortingKey}), wanted is (${table.orderBy.join(', ')}). The table must be made anew: move it away and rebuild.`,
    )
  }
  return refusals
}

/** Whether a column need only be able to be null as well. */
function widens(found: string | undefined, wanted: string): boolean {
  return found !== undefined && bare(wanted) === `Nullable(${bare(found)})`
}

/** Columns that a table is sorted by too can only come last. */
function startsWith(all: readonly string[], first: readonly string[]): boolean {
  return first.every((name, i) => all[i] === name)
}

function bare(type: string): string {
  return type.replaceAll(/[\s`]/g, '')
}

function hashOf(view: ViewSpec): string {
  return createHash('sha256').update(view.ddl).digest('hex').slice(0, 16)
}

import { keepsPoints } from '@commonstream/schemas'
import { COUNT, type Figures, LAST, LAST_AT, MAX, MIN, SUM, type Value, WIDTH } from '../fold/figures.ts'
import type { Changes, Properties } from '../fold/types.ts'
import { changedNames, changedValues, pointNames, writeChanged, writePoints } from './point-columns.ts'
import type { RowWriter } from './row-writer.ts'

type Property = Properties[number]

/**
 * A window's figures by table column, in units of the property's resolution. Of a column that holds a map or a label it
 * has a number for each `<column>.<label>`: milliseconds, transitions; 1 for the label that came last.
 */
export type Values = Record<string, number | null>

/** Which figures of a property have columns (docs/architecture.md, "State columns"). */
function has(property: Property) {
  const a = keepsPoints(property) ? [] : property.aggregates
  return { sum: a.includes('sum') || a.includes('mean'), min: a.includes('min'), max: a.includes('max'), last: a.includes('last') }
}

/** Columns of properties in `<t>_partials`, in the order that `writeState` writes them. */
export function stateNames(properties: Properties): string[] {
  return properties.flatMap((property) => {
    if (keepsPoints(property)) return pointNames(property)
    const names = valueColumns(property, 0).map((column) => column.name)
    return has(property).last ? [...names, `${property.name}_last_id`] : names
  })
}

/** Columns of properties in `<t>_windows`, in the order that `writeValue` writes them: what is told by points comes last. */
export function valueNames(properties: Properties): string[] {
  return [...properties.flatMap(valueColumns).map((column) => column.name), ...properties.filter(keepsPoints).flatMap(changedNames)]
}

/** A figure with a column of its own. */
interface FigureColumn {
  readonly name: string
  /** Which of `Figures.n`, and which of them counts the property's values. */
  readonly index: number
  readonly counted: number
  /** Null, not 0, where the property has no value. */
  readonly nullable: boolean
  readonly wide: boolean
}

/** Of a property that is folded as sums; of another none. */
function valueColumns(property: Property, p: number): FigureColumn[] {
  if (property.label || keepsPoints(property)) return []
  const { sum, min, max, last } = has(property)
  const counted = p * WIDTH + COUNT
  const column = (figure: string, at: number, nullable: boolean) => ({
    ...{ name: `${property.name}_${figure}`, index: p * WIDTH + at, counted, nullable },
    wide: at !== COUNT,
  })
  return [
    column('count', COUNT, false),
    ...(sum ? [column('sum', SUM, false)] : []),
    ...(min ? [column('min', MIN, true)] : []),
    ...(max ? [column('max', MAX, true)] : []),
    ...(last ? [column('last', LAST, true), column('last_at', LAST_AT, true)] : []),
  ]
}

interface Prepared {
  readonly values: readonly FigureColumn[]
  /** By property. */
  readonly keepsLast: readonly boolean[]
  readonly sums: readonly string[]
  /** The properties that are told by points, by their place; null: there are none. */
  readonly pointed: readonly (Property | null)[] | null
}

const prepared = new WeakMap<Properties, Prepared>()

/** The columns of a document's properties, worked out once: a window closes for every few events. */
function columnsOf(properties: Properties): Prepared {
  let columns = prepared.get(properties)
  if (columns === undefined) {
    const values = properties.flatMap(valueColumns)
    const pointed = properties.some(keepsPoints) ? properties.map((p) => (keepsPoints(p) ? p : null)) : null
    columns = { values, keepsLast: properties.map((p) => has(p).last), sums: properties.map((p) => `${p.name}_sum`), pointed }
    prepared.set(properties, columns)
  }
  return columns
}

export function writeState(w: RowWriter, properties: Properties, f: Figures): void {
  const { values, keepsLast } = columnsOf(properties)
  let c = 0
  for (let p = 0; p < keepsLast.length; p++) {
    const points = f.points?.[p]
    if (points) writePoints(w, points)
    const some = (f.n[p * WIDTH + COUNT] as number) > 0
    for (let column = values[c]; column?.counted === p * WIDTH + COUNT; column = values[++c]) {
      const value = f.n[column.index] as number
      if (!column.wide) w.u32(value)
      else if (!column.nullable) w.i64(value)
      else if (column.index === p * WIDTH + LAST_AT) w.time(some ? value : 0)
      else w.nullableI64(some ? value : null)
    }
    if (keepsLast[p]) w.uuid(f.lastId[p] ?? null)
  }
}

/** The figures by column name as the windows topic and table hold them: null where there are none. */
export function valuesOf(properties: Properties, f: Figures | null, changes: Changes | null, released: readonly number[] | null): Values {
  const { values: columns, sums, pointed } = columnsOf(properties)
  const values: Values = {}
  for (let c = 0; c < columns.length; c++) {
    const { name, index, counted, nullable } = columns[c] as FigureColumn
    values[name] = f === null || (nullable && f.n[counted] === 0) ? null : (f.n[index] as number)
  }
  if (released !== null) for (let p = 0; p < sums.length; p++) values[sums[p] as string] = released[p] as number
  if (changes !== null && pointed !== null) pointed.forEach((p, i) => p && changes[i] && changedValues(values, p, changes[i]))
  return values
}

export function writeValue(w: RowWriter, properties: Properties, values: Readonly<Values>): void {
  const { values: columns, pointed } = columnsOf(properties)
  for (let c = 0; c < columns.length; c++) {
    const { name, wide } = columns[c] as FigureColumn
    const value = values[name] ?? null
    if (w.isNull(value === null)) continue
    if (wide) w.i64(value as number)
    else w.u32(value as number)
  }
  if (pointed !== null) for (const property of pointed) if (property !== null) writeChanged(w, property, values)
}

/** Every column of a property may be null: what an event does not say, or a later contract no longer has. */
export function writeValues(w: RowWriter, values: readonly Value[]): void {
  for (let p = 0; p < values.length; p++) w.nullable(values[p] as Value)
}

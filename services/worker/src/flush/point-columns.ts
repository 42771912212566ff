import { type Change, type Point, stateColumns, valueColumns } from '@commonstream/schemas'
import type { Properties } from '../fold/types.ts'
import type { Values } from './figure-columns.ts'
import type { RowWriter } from './row-writer.ts'

type Property = Properties[number]

/** Columns of a counter or state in `<t>_partials`, in the order that `writePoints` writes them. */
export function pointNames(property: Property): string[] {
  return stateColumns(property).map(({ name }) => name)
}

/** Columns of a counter or state in `<t>_windows`, in the order that `writeChanged` writes them. */
export function changedNames(property: Property): string[] {
  return valueColumns(property).map(({ name }) => name)
}

export function writePoints(w: RowWriter, points: readonly Point[]): void {
  w.u32(points.length)
  w.length(points.length)
  for (const { at, value, id } of points) {
    w.time(at)
    if (typeof value === 'string') w.string(value)
    else w.i64(value)
    w.uuid(Buffer.from(id, 'hex'))
  }
}

/** Puts what a property's points say beside the other figures of its window. */
export function changedValues(values: Values, property: Property, change: Change): void {
  const names = new Set(changedNames(property))
  const put = (figure: string, value: number | null, label?: string) => {
    const name = `${property.name}_${figure}`
    if (names.has(name)) values[label === undefined ? name : `${name}.${label}`] = value
  }
  put('count', change.count)
  if (change.kind === 'counter') {
    put('sum', change.sum)
    put('resets', change.resets)
    put('unknown', change.unknown)
  } else {
    for (const [label, ms] of change.duration) put('duration', ms, label)
    for (const [label, n] of change.arrivals) put('arrivals', n, label)
  }
  if (typeof change.last === 'string') put('last', 1, change.last)
  else put('last', change.last)
  put('last_at', change.lastAt)
}

export function writeChanged(w: RowWriter, property: Property, values: Readonly<Values>): void {
  for (const { name, type } of valueColumns(property)) {
    if (type.startsWith('Map')) writeMap(w, labelled(values, name), type.endsWith('UInt64)'))
    else if (type === 'Nullable(String)') {
      const last = labelled(values, name)[0]
      if (!w.isNull(last === undefined)) w.string((last as [string, number])[0])
    } else {
      const value = values[name] ?? null
      if (w.isNull(value === null)) continue
      if (type === 'Nullable(UInt32)') w.u32(value as number)
      else w.i64(value as number)
    }
  }
}

function writeMap(w: RowWriter, entries: readonly (readonly [string, number])[], wide: boolean): void {
  w.length(entries.length)
  for (const [label, n] of entries) {
    w.string(label)
    if (wide) w.i64(n)
    else w.u32(n)
  }
}

/** What stands under `<column>.<label>`, by label. */
function labelled(values: Readonly<Values>, column: string): [string, number][] {
  const prefix = `${column}.`
  return Object.entries(values).flatMap(([name, n]): [string, number][] =>
    n !== null && name.startsWith(prefix) ? [[name.slice(prefix.length), n]] : [],
  )
}

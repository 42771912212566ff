import type { FoldDocument } from '@commonstream/schemas'
import { COUNT, type Figures, LAST, LAST_AT, MAX, MIN, SUM, WIDTH } from '../fold/figures.ts'
import type { RowWriter } from './row-writer.ts'

type Property = FoldDocument['properties'][number]

/** Which figures of a property have columns (docs/architecture.md, "State columns"). */
function has(property: Property) {
  const a = property.aggregates
  return { sum: a.includes('sum') || a.includes('mean'), min: a.includes('min'), max: a.includes('max'), last: a.includes('last') }
}

/** Columns of a property in `<t>_partials`, in the order that `writeState` writes them. */
export function stateNames(property: Property): string[] {
  const { sum, min, max, last } = has(property)
  const p = property.name
  return [
    `${p}_count`,
    ...(sum ? [`${p}_sum`] : []),
    ...(min ? [`${p}_min`] : []),
    ...(max ? [`${p}_max`] : []),
    ...(last ? [`${p}_last`, `${p}_last_at`, `${p}_last_id`] : []),
  ]
}

/** Columns of a property in `<t>_windows`, in the order that `writeValue` writes them. */
export function valueNames(property: Property): string[] {
  return stateNames(property).filter((name) => !name.endsWith('_last_id'))
}

export function writeState(w: RowWriter, properties: readonly Property[], f: Figures): void {
  properties.forEach((property, p) => {
    const { sum, min, max, last } = has(property)
    const o = p * WIDTH
    const some = (f.n[o + COUNT] as number) > 0
    w.u32(f.n[o + COUNT] as number)
    if (sum) w.i64(f.n[o + SUM] as number)
    if (min) w.nullableI64(some ? (f.n[o + MIN] as number) : null)
    if (max) w.nullableI64(some ? (f.n[o + MAX] as number) : null)
    if (!last) return
    w.nullableI64(some ? (f.n[o + LAST] as number) : null)
    w.time(some ? (f.n[o + LAST_AT] as number) : 0)
    w.uuid(f.lastId[p] ?? null)
  })
}

/** The figures by column name as the windows topic and table hold them: null where there are none. */
export function valuesOf(
  properties: readonly Property[],
  f: Figures | null,
  released: readonly number[] | null,
): Record<string, number | null> {
  const values: Record<string, number | null> = {}
  properties.forEach((property, p) => {
    for (const name of valueNames(property)) values[name] = null
    if (released !== null) values[`${property.name}_sum`] = released[p] as number
    if (f === null) return
    const { sum, min, max, last } = has(property)
    const o = p * WIDTH
    const some = (f.n[o + COUNT] as number) > 0
    const of = (at: number) => (some ? (f.n[o + at] as number) : null)
    values[`${property.name}_count`] = f.n[o + COUNT] as number
    if (sum) values[`${property.name}_sum`] = f.n[o + SUM] as number
    if (min) values[`${property.name}_min`] = of(MIN)
    if (max) values[`${property.name}_max`] = of(MAX)
    if (last) Object.assign(values, { [`${property.name}_last`]: of(LAST), [`${property.name}_last_at`]: of(LAST_AT) })
  })
  return values
}

export function writeValue(w: RowWriter, properties: readonly Property[], values: Readonly<Record<string, number | null>>): void {
  for (const property of properties) {
    for (const name of valueNames(property)) {
      const value = values[name] ?? null
      if (w.isNull(value === null)) continue
      if (name.endsWith('_count')) w.u32(value as number)
      else w.i64(value as number)
    }
  }
}

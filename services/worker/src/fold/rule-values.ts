import { type Change, type FoldDocument, keepsPoints, unitsOf } from '@commonstream/schemas'
import { COUNT, type Figures, LAST, MAX, MIN, SUM, WIDTH } from './figures.ts'
import type { Changes } from './types.ts'

interface Names {
  readonly toUnits: (integer: number) => number
  readonly count: string
  readonly sum: string
  readonly min: string
  readonly max: string
  readonly last: string
  readonly mean: string
}

const prepared = new WeakMap<FoldDocument, readonly Names[]>()

/** A closed window as the alert rules see it: figures by column name, in declared units; null where there are none. */
export function ruleValues(document: FoldDocument, figures: Figures, changes: Changes | null): Record<string, number | null> {
  const { n } = figures
  const values: Record<string, number | null> = { count: figures.count }
  const names = namesOf(document)
  for (let p = 0; p < names.length; p++) {
    const name = names[p] as Names
    const { toUnits } = name
    const o = p * WIDTH
    const count = n[o + COUNT] as number
    const sum = toUnits(n[o + SUM] as number)
    values[name.count] = count
    values[name.sum] = sum
    values[name.min] = count > 0 ? toUnits(n[o + MIN] as number) : null
    values[name.max] = count > 0 ? toUnits(n[o + MAX] as number) : null
    values[name.last] = count > 0 ? toUnits(n[o + LAST] as number) : null
    values[name.mean] = count > 0 ? sum / count : null
  }
  if (changes !== null) document.properties.forEach((p, i) => keepsPoints(p) && Object.assign(values, changedValues(p, changes[i] ?? null)))
  return values
}

/** What a rule may read of a counter or state (`ruleVariables`). */
function changedValues(property: FoldDocument['properties'][number], change: Change | null): Record<string, number | null> {
  const { toUnits } = unitsOf(property)
  const unit = (value: number | string | null) => (typeof value === 'number' ? toUnits(value) : null)
  const [sum, resets] = change?.kind === 'counter' ? [unit(change.sum), change.resets] : [null, null]
  const figures = { count: change?.count ?? 0, sum, resets, last: unit(change?.last ?? null) }
  return Object.fromEntries(Object.entries(figures).map(([figure, value]) => [`${property.name}_${figure}`, value]))
}

function namesOf(document: FoldDocument): readonly Names[] {
  let names = prepared.get(document)
  if (names === undefined) {
    names = document.properties.map((property) => {
      const of = (figure: string) => `${property.name}_${figure}`
      const { toUnits } = unitsOf(property)
      return { toUnits, count: of('count'), sum: of('sum'), min: of('min'), max: of('max'), last: of('last'), mean: of('mean') }
    })
    prepared.set(document, names)
  }
  return names
}

import { valueColumns } from '@commonstream/schemas'
import type { ImportMapping } from './mapping.ts'
import type { Figure, ImportedWindow } from './window-fold.ts'

/** A window's figures by table column, as the worker writes them: null where there are none. */
export function windowValues(fields: ImportMapping['fields'], { figures }: ImportedWindow): Record<string, number | null> {
  const values: Record<string, number | null> = {}
  for (const [i, { property }] of fields.entries()) {
    const figure = figures[i] as Figure
    const of: Record<string, number | null> = {
      count: figure.count,
      sum: figure.sum,
      min: figure.count === 0 ? null : figure.min,
      max: figure.count === 0 ? null : figure.max,
      last: figure.count === 0 ? null : figure.last,
      last_at: figure.count === 0 ? null : figure.lastAt,
    }
    for (const { name } of valueColumns(property)) values[name] = of[name.slice(property.name.length + 1)] ?? null
  }
  return values
}

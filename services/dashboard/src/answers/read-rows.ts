import type { RowAnswer, RowStatus } from './answers.ts'
import { instant, list, number, object, optional, ShapeError, text } from './shape.ts'

const STATUSES: readonly string[] = ['ok', 'partial', 'no_data', 'suppressed'] satisfies RowStatus[]

/** Rows of `/aggregates`, in time order. @throws ShapeError */
export function readRows(answer: unknown): readonly RowAnswer[] {
  return list(object(answer, 'answer')['rows'], 'rows')
    .map((value, i) => {
      const row = object(value, `rows[${i}]`)
      const figure = (key: string) => optional(number, row[key], `rows[${i}].${key}`)
      return {
        sensor: optional(text, row['sensor'], `rows[${i}].sensor`),
        from: instant(row['from'], `rows[${i}].from`),
        to: instant(row['to'], `rows[${i}].to`),
        sum: figure('sum'),
        mean: figure('mean'),
        min: figure('min'),
        max: figure('max'),
        // Of a state it is a label, which is no figure.
        last: typeof row['last'] === 'string' ? null : figure('last'),
        expected: figure('expected'),
        reporting: figure('reporting'),
        noiseSd: figure('noise_sd'),
        status: readStatusWord(row['status'], `rows[${i}].status`),
      }
    })
    .sort((a, b) => a.from - b.from)
}

/** A row's status. @throws ShapeError for a word that this page does not know */
export function readStatusWord(value: unknown, path: string): RowStatus {
  const word = text(value, path)
  if (!STATUSES.includes(word)) throw new ShapeError(path, `one of ${STATUSES.join(', ')}`)
  return word as RowStatus
}

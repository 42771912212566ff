import { parse } from 'csv-parse/sync'

/**
 * The records of a CSV text with a header line, as column → text.
 * @throws Error where a line does not have the header's columns, or a wanted column is missing.
 */
export function csvRecords<C extends string>(text: string, columns: readonly C[]): Record<C, string>[] {
  const records = parse<Record<C, string>>(text, { columns: true, bom: true, skip_empty_lines: true })
  const missing = columns.filter((column) => records[0] !== undefined && records[0][column] === undefined)
  if (missing.length > 0) throw new Error(`The file has no column ${missing.join(', ')}`)
  return records
}

/**
 * A whole number as written in a file.
 * @throws Error for anything else: a figure is never guessed.
 */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`"${text}" is not a whole number`)
  return Number(text)
}

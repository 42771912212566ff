import { createReadStream } from 'node:fs'
import { CityError } from '@commonstream/runtime'
import { parse } from 'csv-parse'
import type { ImportMapping } from './mapping.ts'
import type { Row } from './row-readings.ts'

const LONGEST_ROW = 1024 * 1024

/**
 * The rows of a CSV file in its order, read as they are asked for; null for one that has not as many cells as the header.
 * @throws CityError `FILE_INVALID` where it is no CSV, has no such file, or lacks a column of the mapping
 */
export async function* fileRows(file: string, mapping: ImportMapping): AsyncGenerator<Row | null> {
  const parser = parse({
    delimiter: mapping.separator,
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  })
  const source = createReadStream(file)
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let header = mapping.columns
  if (header !== null) check(file, header, mapping)
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (header === null) {
        header = cells
        check(file, header, mapping)
        continue
      }
      yield cells.length === header.length ? rowOf(header, cells) : null
    }
  } catch (error) {
    if (error instanceof CityError) throw error
    throw new CityError('FILE_INVALID', `${file} cannot be read as CSV: ${(error as Error).message}`)
  } finally {
    source.destroy()
  }
}

function rowOf(header: readonly string[], cells: readonly string[]): Row {
  const row: Record<string, string> = {}
  for (let i = 0; i < header.length; i++) row[header[i] as string] = cells[i] as string
  return row
}

function check(file: string, header: readonly string[], { time, hour, sensor, fields }: ImportMapping): void {
  const wanted = [time, hour, sensor, ...fields.map((f) => f.column)].filter((name) => name !== null)
  const absent = wanted.filter((name) => !header.includes(name))
  if (absent.length > 0) throw new CityError('FILE_INVALID', `${file} has no column ${absent.map((name) => `"${name}"`).join(', ')}`)
  const twice = header.find((name, i) => header.indexOf(name) !== i)
  if (twice !== undefined) throw new CityError('FILE_INVALID', `${file} has the column "${twice}" twice; name them with "columns"`)
}

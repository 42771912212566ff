import { csvRows } from '../../src/decode/csv.ts'
import { textOf } from '../../src/decode/json.ts'
import { type Mapping, rowReading } from '../../src/decode/mapping.ts'
import { type Decoded, Refused } from '../../src/decode/reading.ts'

/**
 * The rows of a CSV text, one reading each. The first line names the columns unless the mapping does; a byte order mark
 * before it is dropped. A row with another number of cells is refused alone.
 */
export function csvReadings(payload: Uint8Array, mapping: Mapping): Decoded {
  const text = textOf(payload)
  if (text instanceof Refused) return text
  const rows = csvRows(text, mapping.separator)
  if (rows instanceof Refused) return rows
  const [header, ...body] = mapping.columns === null ? rows : [mapping.columns, ...rows]
  if (header === undefined) return new Refused('undecodable', 'empty')
  const wanted = [mapping.sensor, mapping.at, ...Object.values(mapping.fields)].filter((name) => name !== null)
  const absent = wanted.find((name) => !header.includes(name))
  if (absent !== undefined) return new Refused('undecodable', `no column "${absent}"`)
  return body.map((cells, i) => {
    if (cells.length !== header.length) return new Refused('invalid', `row ${i + 1} has ${cells.length} cells, the header ${header.length}`)
    return rowReading(Object.fromEntries(header.map((name, column) => [name, cells[column]])), mapping)
  })
}

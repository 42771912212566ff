import { csvRows } from '../../src/decode/csv.ts'
import { textOf } from '../../src/decode/json.ts'
import { type Mapping, namesOf, rowReadings } from '../../src/decode/mapping.ts'
import { type Decoded, type Reading, Refused } from '../../src/decode/reading.ts'

/**
 * The rows of a CSV text, one reading each, or two where they say when they were last confirmed. The first line names the columns unless the mapping does; a byte order mark
 * before it is dropped. A row with another number of cells is refused alone.
 */
export function csvReadings(payload: Uint8Array, mapping: Mapping): Decoded {
  const text = textOf(payload)
  if (text instanceof Refused) return text
  const rows = csvRows(text, mapping.separator)
  if (rows instanceof Refused) return rows
  const [header, ...body] = mapping.columns === null ? rows : [mapping.columns, ...rows]
  if (header === undefined) return new Refused('undecodable', 'empty')
  const wanted = [mapping.sensor, mapping.at, mapping.seen, ...Object.values(mapping.fields)].filter((names) => names !== null)
  const absent = wanted.map(namesOf).find((names) => !names.some((name) => header.includes(name)))
  if (absent !== undefined) return new Refused('undecodable', `no column "${absent[0]}"`)
  return body.flatMap<Reading | Refused>((cells, i) => {
    if (cells.length !== header.length)
      return [new Refused('invalid', `row ${i + 1} has ${cells.length} cells, the header ${header.length}`)]
    return rowReadings(Object.fromEntries(header.map((name, column) => [name, cells[column]])), mapping)
  })
}

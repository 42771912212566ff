import { MOST_READINGS, tooMany } from './limit-readings.ts'
import { Refused } from './reading.ts'

const MOST_CELLS = 1_000

/**
 * The cells of a CSV text (RFC 4180, any one-character separator, LF or CRLF), a list per line; blank lines are none. One
 * with more lines than a payload may have readings, or with more than a thousand cells in one, is refused while it is read.
 */
export function csvRows(text: string, separator: string): readonly (readonly string[])[] | Refused {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const cell = text[at] === '"' ? quoted(text, at) : bare(text, at, separator)
    if (cell === null) return new Refused('undecodable', `a quote in line ${rows.length + 1} is not closed`)
    if (row.length === MOST_CELLS) return new Refused('too_large', `more than ${MOST_CELLS} cells in line ${rows.length + 1}`)
    row.push(cell.text)
    at = cell.end
    if (text[at] === separator && at < text.length) {
      at++
      if (at === text.length) row.push('')
      else continue
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++
    if (at < text.length && text[at] !== '\n') return new Refused('undecodable', `text behind a quote in line ${rows.length + 1}`)
    at++
    if (row.length > 1 || row[0] !== '') rows.push(row)
    // The header is no reading.
    const refused = rows.length > MOST_READINGS + 1 ? tooMany(rows.length) : null
    if (refused !== null) return refused
    row = []
  }
  return rows
}

interface Cell {
  readonly text: string
  readonly end: number
}

function quoted(text: string, start: number): Cell | null {
  let from = start + 1
  let out = ''
  for (;;) {
    const end = text.indexOf('"', from)
    if (end < 0) return null
    out += text.slice(from, end)
    if (text[end + 1] !== '"') return { text: out, end: end + 1 }
    out += '"'
    from = end + 2
  }
}

function bare(text: string, start: number, separator: string): Cell {
  let end = start
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && !(text[end] === '\r' && text[end + 1] === '\n')) end++
  return { text: text.slice(start, end), end }
}

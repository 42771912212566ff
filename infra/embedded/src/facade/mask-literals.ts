const START = /['"`]|--|#[ !]|\/\*|\$\w*\$/g

/**
 * Blanks every string, quoted identifier, comment and heredoc of an SQL text, keeping its length, so that what is
 * left can be searched for keywords and semicolons without being fooled by what stands inside them.
 * Text that does not end (an open quote) is blanked to the end, as the engine's lexer would read it.
 */
export function maskLiterals(sql: string): string {
  const kept: string[] = []
  let at = 0
  START.lastIndex = 0
  for (let start = START.exec(sql); start !== null; start = START.exec(sql)) {
    const end = literalEnd(sql, start.index, start[0])
    kept.push(sql.slice(at, start.index), ' '.repeat(end - start.index))
    at = end
    START.lastIndex = end
  }
  kept.push(sql.slice(at))
  return kept.join('')
}

/** Where the literal that begins with `mark` at `at` ends. */
function literalEnd(sql: string, at: number, mark: string): number {
  if (mark === "'" || mark === '"' || mark === '`') return quoteEnd(sql, at, mark)
  if (mark === '/*') return find(sql, '*/', at + 2, 2)
  if (mark.startsWith('$')) return find(sql, mark, at + mark.length, mark.length)
  return find(sql, '\n', at, 0)
}

function quoteEnd(sql: string, at: number, quote: string): number {
  for (let i = at + 1; i < sql.length; i++) {
    if (sql[i] === '\\') i++
    else if (sql[i] === quote) {
      if (sql[i + 1] !== quote) return i + 1
      i++
    }
  }
  return sql.length
}

function find(sql: string, mark: string, from: number, length: number): number {
  const found = sql.indexOf(mark, from)
  return found < 0 ? sql.length : found + length
}

import { createHash } from 'node:crypto'
import type { Faulty } from './fault.ts'

/** Where a page ended: its keys in the order of the answer. */
export type Position = readonly (string | number)[]

/**
 * A cursor is opaque to clients: the last row's keys, and a mark of the question it belongs to, so that it is not
 * taken for a place in another answer.
 */
export function writeCursor(question: string, position: Position): string {
  return Buffer.from(JSON.stringify([mark(question), ...position])).toString('base64url')
}

/** The position of a cursor that `writeCursor` made for the same question; `types` are those of its keys. */
export function readCursor(question: string, cursor: string, types: readonly ('string' | 'number')[]): Faulty<Position> {
  const fault = {
    parameter: 'cursor',
    detail: 'is not a cursor of this question: take next from its answer, and change no other parameter',
  }
  const parsed = parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!Array.isArray(parsed) || parsed[0] !== mark(question) || parsed.length !== types.length + 1) return { fault }
  const position = parsed.slice(1)
  const fits = position.every((key, i) => typeof key === types[i] && (typeof key !== 'number' || Number.isSafeInteger(key)))
  return fits ? { value: position as Position } : { fault }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function mark(question: string): string {
  return createHash('sha256').update(question).digest('base64url').slice(0, 8)
}

import { isAscii, isUtf8 } from 'node:buffer'
import { Refusal } from './refusal.ts'

/** How deep a payload may nest; readings are flat, so this is far beyond any. */
export const DEEPEST = 32

/** Readings in one message; more would let a small message become very many records. */
const MOST_READINGS = 1_000

/** Below this length a payload cannot nest deep enough to trouble anything. */
const SHALLOW_BYTES = 1_024

/** The readings of a payload of the `json` codec: one object or an array of them, as UTF-8. */
export function readJson(payload: Buffer): readonly unknown[] | Refusal {
  const value = parse(payload)
  if (value instanceof Refusal) return value
  if (!Array.isArray(value)) return [value]
  if (value.length === 0) return new Refusal('invalid', 'no reading in the array')
  return value.length > MOST_READINGS ? new Refusal('too_large', `more than ${MOST_READINGS} readings in one message`) : value
}

function parse(payload: Buffer): unknown {
  if (payload.length > SHALLOW_BYTES && nestsDeeper(payload, DEEPEST)) return new Refusal('undecodable', `nests deeper than ${DEEPEST}`)
  const ascii = isAscii(payload)
  if (!ascii && !isUtf8(payload)) return new Refusal('undecodable', 'not UTF-8')
  try {
    return JSON.parse(payload.toString(ascii ? 'latin1' : 'utf8'))
  } catch {
    // The parser's message quotes the payload, which a refusal must not.
    return new Refusal('undecodable', payload.length === 0 ? 'empty' : 'not JSON')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether brackets outside strings nest deeper than `limit`; right for every valid JSON, harmless for the rest. */
export function nestsDeeper(bytes: Buffer, limit: number): boolean {
  let depth = 0
  let inside = false
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i] as number
    if (inside) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE) inside = false
    } else if (c === QUOTE) inside = true
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > limit) return true
    } else if (c === 0x7d || c === 0x5d) depth--
  }
  return false
}

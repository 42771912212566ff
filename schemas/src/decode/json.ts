import { isUtf8 } from 'node:buffer'
import { Refused } from './reading.ts'

/** An object as it comes out of `JSON.parse`. */
export type Json = Readonly<Record<string, unknown>>

/** The text of a payload, without a byte order mark. */
export function textOf(payload: Uint8Array): string | Refused {
  return isUtf8(payload) ? new TextDecoder().decode(payload) : new Refused('undecodable', 'not UTF-8')
}

/** What a payload says in JSON; its parser's message is withheld, for it quotes the payload. */
export function jsonOf(payload: Uint8Array): unknown {
  const text = textOf(payload)
  if (text instanceof Refused) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return new Refused('undecodable', payload.length === 0 ? 'empty' : 'not JSON')
  }
}

/** A value if it is an object, else null. */
export function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
}

/** The objects among a value's items; none where it is no list. */
export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf).filter((item) => item !== null) : []
}

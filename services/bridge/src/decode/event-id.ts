import { hash } from 'node:crypto'

/** A declared value as it stands in an event; null where the event lacks it. */
export type DeclaredValue = number | string | boolean | null

/**
 * One part of an event's identity: its length in UTF-8 bytes, a colon, its text, a comma; `-,` for a value that is
 * absent. Numbers are written as JavaScript does (the shortest text that reads back the same), -0 as 0.
 */
export function idPart(value: DeclaredValue): string {
  if (value === null) return '-,'
  const text = String(value)
  return `${typeof value === 'string' ? Buffer.byteLength(text) : text.length}:${text},`
}

/** What an event's id is made of: sensor, declared `at`, boot, seq and the values in the schema's order, as parts. */
export function identityOf(event: {
  sensor: string
  at: number
  boot: string | number | null
  seq: number | null
  values: readonly DeclaredValue[]
}): string {
  return [event.sensor, event.at, event.boot ?? '', event.seq ?? '', ...event.values].map(idPart).join('')
}

const ID_BYTES = 16
const POOL_BYTES = 16_384
let pool = Buffer.allocUnsafeSlow(POOL_BYTES)
let used = 0

/**
 * The event id: the first 16 bytes of SHA-256 over an identity's text.
 * As a one-byte string because that is a third of the cost of a buffer out of `hash`.
 */
export function eventIdOf(identity: string): Buffer {
  if (used === POOL_BYTES) {
    pool = Buffer.allocUnsafeSlow(POOL_BYTES)
    used = 0
  }
  const id = pool.subarray(used, used + ID_BYTES)
  id.write(hash('sha256', identity, 'latin1'), 'latin1')
  used += ID_BYTES
  return id
}

/** More than a partition's sensors usually are; an open stream with more names begins anew. */
const MAX_NAMES = 1 << 14
/** Names that fall on neighbouring places beyond this are not kept: nobody can make a look-up long by choosing names. */
const MAX_PROBES = 8

/**
 * Text of sensor names from their bytes, one string per name: making a string of every event's bytes, and hashing it
 * anew wherever it is looked up, costs more than the rest of an event's head.
 */
export class SensorNames {
  readonly #table = new Int32Array(2 * MAX_NAMES)
  #bytes: Uint8Array[] = []
  #names: string[] = []

  /** The name in `bytes` from `from` up to, not including, `to` (UTF-8). */
  of(bytes: Buffer, from: number, to: number): string {
    const mask = this.#table.length - 1
    let slot = hashOf(bytes, from, to) & mask
    for (let probe = 0; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const entry = (this.#table[slot] as number) - 1
      if (entry < 0) return this.#keep(slot, bytes, from, to)
      if (equal(this.#bytes[entry] as Uint8Array, bytes, from, to)) return this.#names[entry] as string
    }
    return bytes.toString('utf8', from, to)
  }

  #keep(slot: number, bytes: Buffer, from: number, to: number): string {
    const name = bytes.toString('utf8', from, to)
    if (this.#names.length === MAX_NAMES) {
      this.#table.fill(0)
      this.#bytes = []
      this.#names = []
      return name
    }
    this.#bytes.push(Uint8Array.prototype.slice.call(bytes, from, to))
    this.#table[slot] = this.#names.push(name)
    return name
  }
}

function equal(held: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (held.length !== to - from) return false
  for (let i = 0; i < held.length; i++) if (held[i] !== bytes[from + i]) return false
  return true
}

/** FNV-1a, 32 bits, its high bits folded into the low ones that are used. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}

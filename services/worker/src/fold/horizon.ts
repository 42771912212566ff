/** How far back an event's repetition is recognised (protocol section 6). */
export interface HorizonLimits {
  /** Offsets; null where append time alone decides (protected streams). */
  readonly offsets: number | null
  /** Milliseconds of append time. */
  readonly ageMs: number
}

export const HORIZON: HorizonLimits = { offsets: 262_144, ageMs: 24 * 3_600_000 }
export const PROTECTED_HORIZON: HorizonLimits = { offsets: null, ageMs: 6 * 3_600_000 }

const FIRST_CAPACITY = 1 << 12

/**
 * The event ids of one partition's recent past: a ring of entries in log order and an open-addressing table over them.
 * Typed arrays, because a quarter of a million ids per partition as objects would cost ten times the memory and the
 * garbage collector's attention. Memory: 40 bytes per id held, plus 8 of table.
 */
export class Horizon {
  readonly #limits: HorizonLimits
  #capacity = FIRST_CAPACITY
  #ids = new Int32Array(4 * FIRST_CAPACITY)
  #offsets = new Float64Array(FIRST_CAPACITY)
  #appended = new Float64Array(FIRST_CAPACITY)
  /** Slot of an entry plus one; 0 is empty. */
  #table = new Int32Array(4 * FIRST_CAPACITY)
  /** Entries ever added and ever evicted; their difference is what the ring holds. */
  #added = 0
  #evicted = 0

  constructor(limits: HorizonLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#added - this.#evicted
  }

  /**
   * Records that `id` (16 bytes) stands at `offset`, and says whether it was there before within the limits.
   * Offsets and append times must not step back.
   */
  seen(id: Uint8Array, offset: number, appended: number): boolean {
    this.#evict(offset, appended)
    const a = word(id, 0)
    const b = word(id, 4)
    const c = word(id, 8)
    const d = word(id, 12)
    if (this.size === this.#capacity) this.#grow()
    const mask = this.#table.length - 1
    let place = mix(a, b, c, d) & mask
    let before = -1
    while (this.#table[place] !== 0) {
      const slot = (this.#table[place] as number) - 1
      const at = slot << 2
      if (this.#ids[at] === a && this.#ids[at + 1] === b && this.#ids[at + 2] === c && this.#ids[at + 3] === d) {
        before = slot
        break
      }
      place = (place + 1) & mask
    }
    const slot = this.#added & (this.#capacity - 1)
    const at = slot << 2
    this.#ids[at] = a
    this.#ids[at + 1] = b
    this.#ids[at + 2] = c
    this.#ids[at + 3] = d
    this.#offsets[slot] = offset
    this.#appended[slot] = appended
    this.#table[place] = slot + 1
    this.#added++
    return before >= 0
  }

  #evict(offset: number, appended: number): void {
    const limit = this.#limits.offsets ?? Number.POSITIVE_INFINITY
    while (this.#evicted < this.#added) {
      const slot = this.#evicted & (this.#capacity - 1)
      if (offset - (this.#offsets[slot] as number) <= limit && appended - (this.#appended[slot] as number) <= this.#limits.ageMs) return
      this.#forget(slot)
      this.#evicted++
    }
  }

  /** Takes an entry out of the table, unless a later one of the same id has replaced it there. */
  #forget(slot: number): void {
    const table = this.#table
    const mask = table.length - 1
    let hole = this.#home(slot)
    while (table[hole] !== slot + 1) {
      if (table[hole] === 0) return
      hole = (hole + 1) & mask
    }
    for (let next = (hole + 1) & mask; table[next] !== 0; next = (next + 1) & mask) {
      const home = this.#home((table[next] as number) - 1)
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      table[hole] = table[next] as number
      hole = next
    }
    table[hole] = 0
  }

  #home(slot: number): number {
    const ids = this.#ids
    const at = slot << 2
    return mix(ids[at] as number, ids[at + 1] as number, ids[at + 2] as number, ids[at + 3] as number) & (this.#table.length - 1)
  }

  #grow(): void {
    const old = { capacity: this.#capacity, ids: this.#ids, offsets: this.#offsets, appended: this.#appended, added: this.#added, evicted: this.#evicted }
    this.#capacity *= 2
    this.#ids = new Int32Array(4 * this.#capacity)
    this.#offsets = new Float64Array(this.#capacity)
    this.#appended = new Float64Array(this.#capacity)
    this.#table = new Int32Array(4 * this.#capacity)
    this.#added = 0
    this.#evicted = 0
    const bytes = new Uint8Array(old.ids.buffer)
    for (let i = old.evicted; i < old.added; i++) {
      const slot = i & (old.capacity - 1)
      this.seen(bytes.subarray(slot << 4, (slot << 4) + 16), old.offsets[slot] as number, old.appended[slot] as number)
    }
  }
}

function word(id: Uint8Array, at: number): number {
  return (id[at] as number) | ((id[at + 1] as number) << 8) | ((id[at + 2] as number) << 16) | ((id[at + 3] as number) << 24)
}

function mix(a: number, b: number, c: number, d: number): number {
  const h = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, 0x27d4eb2f), 0x165667b1), 0x9e3779b1), 0x85ebca6b)
  return h ^ (h >>> 15)
}

/** How far back an event's repetition is recognised (protocol section 6). */
export interface HorizonLimits {
  /** Offsets; null where append time alone decides (protected streams). */
  readonly offsets: number | null
  /** Milliseconds of append time. */
  readonly ageMs: number
}

/**
 * The event ids of one partition's recent past. Two generations: the older one is dropped as a whole once everything in
 * it is past the limits, so that nothing is ever deleted singly. Memory: 32 bytes per id held, at most two limits' worth.
 */
export class Horizon {
  readonly #limits: HorizonLimits
  #current = new Generation(0, 0)
  #previous: Generation | null = null

  constructor(limits: HorizonLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#current.size + (this.#previous?.size ?? 0)
  }

  /**
   * Records that `id` (16 bytes) stands at `offset`, and says whether it was there before within the limits.
   * Offsets and append times must not step back.
   */
  seen(id: Uint8Array, offset: number, appended: number): boolean {
    if (this.#current.size === 0) this.#current = new Generation(offset, appended)
    else if (this.#past(offset - this.#current.offset, appended - this.#current.appended)) {
      this.#previous = this.#current
      this.#current = new Generation(offset, appended)
    }
    const a = word(id, 0)
    const b = word(id, 4)
    const c = word(id, 8)
    const d = word(id, 12)
    const before = this.#current.swap(a, b, c, d, offset, appended)
    if (before) return !this.#past(offset - this.#current.foundOffset, appended - this.#current.foundAppended)
    const old = this.#previous
    return old !== null && old.find(a, b, c, d) && !this.#past(offset - old.foundOffset, appended - old.foundAppended)
  }

  #past(offsets: number, ageMs: number): boolean {
    return ageMs > this.#limits.ageMs || (this.#limits.offsets !== null && offsets > this.#limits.offsets)
  }
}

/** Doubled when full; most streams are quiet. */
const FIRST_CAPACITY = 1 << 8

/**
 * Ids with the last place of each: entries in arrays, and an open-addressing table over them. Typed arrays, because as
 * objects they would cost ten times the memory and the garbage collector's attention.
 */
class Generation {
  /** Place of the first entry; those of the others are kept relative to it. */
  readonly offset: number
  readonly appended: number
  size = 0
  /** Place of the id that was found last. */
  foundOffset = 0
  foundAppended = 0
  #capacity = FIRST_CAPACITY
  #ids = new Int32Array(4 * FIRST_CAPACITY)
  #places = new Uint32Array(2 * FIRST_CAPACITY)
  /** Entry plus one; 0 is empty. */
  #table = new Int32Array(2 * FIRST_CAPACITY)

  constructor(offset: number, appended: number) {
    this.offset = offset
    this.appended = appended
  }

  find(a: number, b: number, c: number, d: number): boolean {
    const entry = (this.#table[this.#slot(a, b, c, d)] as number) - 1
    if (entry < 0) return false
    this.foundOffset = this.offset + (this.#places[2 * entry] as number)
    this.foundAppended = this.appended + (this.#places[2 * entry + 1] as number)
    return true
  }

  /** Sets an id's place; true if it had one, which is then the found one. */
  swap(a: number, b: number, c: number, d: number, offset: number, appended: number): boolean {
    if (this.size === this.#capacity) this.#grow()
    const slot = this.#slot(a, b, c, d)
    let entry = (this.#table[slot] as number) - 1
    const known = entry >= 0
    if (known) {
      this.foundOffset = this.offset + (this.#places[2 * entry] as number)
      this.foundAppended = this.appended + (this.#places[2 * entry + 1] as number)
    } else {
      entry = this.size++
      this.#table[slot] = entry + 1
      const at = entry << 2
      this.#ids[at] = a
      this.#ids[at + 1] = b
      this.#ids[at + 2] = c
      this.#ids[at + 3] = d
    }
    this.#places[2 * entry] = offset - this.offset
    this.#places[2 * entry + 1] = appended - this.appended
    return known
  }

  /** Where an id is in the table, or the empty slot where it belongs. */
  #slot(a: number, b: number, c: number, d: number): number {
    const table = this.#table
    const ids = this.#ids
    const mask = table.length - 1
    for (let slot = mix(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot] as number
      if (entry === 0) return slot
      const at = (entry - 1) << 2
      if (ids[at] === a && ids[at + 1] === b && ids[at + 2] === c && ids[at + 3] === d) return slot
    }
  }

  #grow(): void {
    this.#capacity *= 2
    const ids = new Int32Array(4 * this.#capacity)
    ids.set(this.#ids)
    this.#ids = ids
    const places = new Uint32Array(2 * this.#capacity)
    places.set(this.#places)
    this.#places = places
    this.#table = new Int32Array(2 * this.#capacity)
    for (let entry = 0; entry < this.size; entry++) {
      const at = entry << 2
      this.#table[this.#slot(ids[at] as number, ids[at + 1] as number, ids[at + 2] as number, ids[at + 3] as number)] = entry + 1
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

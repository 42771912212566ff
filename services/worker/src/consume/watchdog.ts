/** A partition at one look: what it will read next, and the end of its log. */
export interface Progress {
  readonly name: string
  readonly next: number
  readonly end: number
  /** False while it is paused on purpose: lost, waiting for the store, or resuming. */
  readonly shouldMove: boolean
}

/**
 * Finds partitions that stand still although there is something to read. It looks at offsets, not at heartbeats: a
 * consumer that beats and reads nothing is the fault that clients are known for. Between two looks at most `mostMs` are
 * counted: a process that was stopped, or that one long step or its garbage held up, could not have moved meanwhile,
 * and has the rest of the limit to show that it can.
 */
export class Watchdog {
  readonly #limitMs: number
  readonly #mostMs: number
  /** Ms that each partition has stood still. */
  readonly #still = new Map<string, { next: number; ms: number }>()
  #looked: number | null = null

  constructor(limitMs: number, mostMs: number) {
    this.#limitMs = limitMs
    this.#mostMs = mostMs
  }

  /** Takes a look at `now` (ms, any steady clock); returns the partitions that have not moved for longer than the limit. */
  look(now: number, partitions: readonly Progress[]): string[] {
    const passed = Math.min(this.#mostMs, now - (this.#looked ?? now))
    this.#looked = now
    for (const name of this.#still.keys()) if (!partitions.some((p) => p.name === name)) this.#still.delete(name)
    return partitions.flatMap(({ name, next, end, shouldMove }) => {
      const before = this.#still.get(name)
      const still = before?.next === next && next < end && shouldMove ? before.ms + passed : 0
      this.#still.set(name, { next, ms: still })
      return still > this.#limitMs ? [name] : []
    })
  }
}

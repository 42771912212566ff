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
 * consumer that beats and reads nothing is the fault that clients are known for.
 */
export class Watchdog {
  readonly #limitMs: number
  readonly #since = new Map<string, { next: number; at: number }>()

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Takes a look at `now` (ms, any steady clock); returns the partitions that have not moved for longer than the limit. */
  look(now: number, partitions: readonly Progress[]): string[] {
    const stuck: string[] = []
    for (const { name, next, end, shouldMove } of partitions) {
      const before = this.#since.get(name)
      if (before === undefined || before.next !== next || next >= end || !shouldMove) this.#since.set(name, { next, at: now })
      else if (now - before.at > this.#limitMs) stuck.push(name)
    }
    for (const name of this.#since.keys()) if (!partitions.some((p) => p.name === name)) this.#since.delete(name)
    return stuck
  }
}

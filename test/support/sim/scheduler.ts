import type { Random } from './random.ts'

/** Something that happens at an instant. */
interface Item {
  readonly at: number
  /** Decides between items of one instant. */
  readonly lot: number
  readonly seq: number
  readonly work: () => void
  readonly quiet: boolean
  cancelled: boolean
}

/**
 * Virtual time: runs what was asked for in order of its instant, one thing after the other, and lets everything that
 * follows from it in promises settle before the next. Given the same random numbers it does the same again.
 */
export class Scheduler {
  /** Epoch ms. */
  now: number
  /** Things done so far. */
  steps = 0
  readonly #random: Random
  readonly #heap: Item[] = []
  #seq = 0

  constructor(start: number, random: Random) {
    this.now = start
    this.#random = random
  }

  /** @param quiet nothing of it resolves a promise, so nothing has to settle */
  after(ms: number, work: () => void, quiet = false): () => void {
    const item: Item = {
      at: this.now + Math.max(0, Math.round(ms)),
      lot: this.#random.next(),
      seq: this.#seq++,
      work,
      quiet,
      cancelled: false,
    }
    this.#push(item)
    return () => {
      item.cancelled = true
    }
  }

  /** Runs until `done` (asked after each thing) or until nothing is left or `limit` steps are made. Returns whether it was done. */
  async run(done: () => boolean, limit: number): Promise<boolean> {
    while (!done()) {
      const item = this.#pop()
      if (item === null || this.steps >= limit) return false
      if (item.cancelled) continue
      this.now = Math.max(this.now, item.at)
      this.steps++
      item.work()
      if (!item.quiet) await settled()
    }
    return true
  }

  #push(item: Item): void {
    const heap = this.#heap
    let i = heap.length
    heap.push(item)
    while (i > 0) {
      const up = (i - 1) >> 1
      if (!before(item, heap[up] as Item)) break
      heap[i] = heap[up] as Item
      i = up
    }
    heap[i] = item
  }

  #pop(): Item | null {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined) return null
    if (heap.length === 0) return top
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Item, heap[child] as Item)) child++
      if (!before(heap[child] as Item, last)) break
      heap[i] = heap[child] as Item
      i = child
    }
    heap[i] = last
    return top
  }
}

function before(a: Item, b: Item): boolean {
  return a.at !== b.at ? a.at < b.at : a.lot !== b.lot ? a.lot < b.lot : a.seq < b.seq
}

/** Promises and what they lead to are done before an immediate is. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

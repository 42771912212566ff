import type { Random } from './random.ts'

/** Something to do; `false`: nothing was done after all, so nothing has to settle. */
export type Work = () => void | false

/** Something that happens at an instant. */
interface Item {
  readonly at: number
  /** Decides between items of one instant. */
  readonly lot: number
  readonly seq: number
  readonly work: Work
  readonly quiet: boolean
  cancelled: boolean
}

const BREATH = 64

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
  after(ms: number, work: Work, quiet = false): () => void {
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
    let isDone = done()
    // What was asked for just before has to settle too, with the first of them.
    let unsettled = true
    while (!isDone) {
      const item = this.#pop()
      if (item === null || this.steps >= limit) break
      if (item.cancelled) continue
      this.now = Math.max(this.now, item.at)
      this.steps++
      const didSomething = item.work() !== false
      if (!item.quiet && (didSomething || unsettled)) {
        await settled()
        unsettled = false
      }
      if (this.steps % BREATH === 0) await breath()
      isDone = done()
    }
    await breath()
    return isDone
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

/** Promises and what they lead to are done before the next tick is. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

/** What no promise waits for (a rejection that nobody caught, a signal) is seen every so many steps and at a run's end: ticks alone starve it. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

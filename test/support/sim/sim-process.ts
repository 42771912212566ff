import type { ClockPort } from '@commonstream/worker/ports/clock-port.ts'
import type { Scheduler } from './scheduler.ts'

/** A process of the simulation: what it waits for reaches it as long as it lives, and not while it is stopped. */
export class SimProcess {
  readonly name: string
  readonly scheduler: Scheduler
  alive = true
  /** Of its machine against the true time, ms. */
  clockOffset = 0
  #stoppedUntil = Number.NEGATIVE_INFINITY
  readonly #onStill: (() => void)[] = []

  constructor(name: string, scheduler: Scheduler) {
    this.name = name
    this.scheduler = scheduler
  }

  /** SIGKILL: nothing that it waits for ever comes. */
  kill(): void {
    if (!this.alive) return
    this.alive = false
    for (const tell of this.#onStill) tell()
  }

  /** Told when the process dies or is stopped: its heartbeats end. */
  onStill(tell: () => void): void {
    this.#onStill.push(tell)
  }

  /** SIGSTOP, and SIGCONT after `ms`: everything that comes meanwhile comes then. */
  freeze(ms: number): void {
    this.#stoppedUntil = this.scheduler.now + ms
    for (const tell of this.#onStill) tell()
  }

  get frozen(): boolean {
    return this.scheduler.now < this.#stoppedUntil
  }

  after(ms: number, work: () => void): () => void {
    let cancelled = false
    const deliver = (): void | false => {
      if (cancelled || !this.alive) return false
      if (this.frozen) this.scheduler.after(this.#stoppedUntil - this.scheduler.now, deliver)
      else work()
    }
    this.scheduler.after(ms, deliver)
    return () => {
      cancelled = true
    }
  }

  readonly clock: ClockPort = {
    now: () => this.scheduler.now + this.clockOffset,
    steady: () => this.scheduler.now,
    sleep: (ms) => new Promise((resolve) => this.after(ms, resolve)),
    after: (ms, work) => this.after(ms, work),
    every: (ms, work) => {
      let cancel = () => {}
      const next = () => {
        cancel = this.after(ms, () => {
          next()
          work()
        })
      }
      next()
      return () => cancel()
    },
  }
}

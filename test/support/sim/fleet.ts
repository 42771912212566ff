import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import type { SimWorker } from './sim-worker.ts'
import type { Simulation } from './simulation.ts'

const SECOND = 1_000

/** The workers of a city and their supervisor: what ends is started again; meanwhile they are killed, stopped and moved. */
export class Fleet {
  readonly #sim: Simulation
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #slots: (SimWorker | null)[]
  #calm = false
  #over = false

  constructor(sim: Simulation, scenario: Scenario, random: Random) {
    this.#sim = sim
    this.#scenario = scenario
    this.#random = random
    this.#slots = Array.from({ length: scenario.workers }, () => null)
  }

  get workers(): readonly SimWorker[] {
    return this.#slots.filter((w) => w !== null)
  }

  start(): void {
    const { scheduler } = this.#sim
    this.#slots.forEach((_, i) => scheduler.after(this.#random.int(0, i === 0 ? SECOND : 60 * SECOND), () => this.#launch(i)))
    this.#next()
  }

  /** Nothing happens to them any more. */
  calm(): void {
    this.#calm = true
  }

  /** SIGTERM to all; they are not started again. */
  stop(): void {
    this.#over = true
    for (const worker of this.workers) worker.stop()
  }

  get stopped(): boolean {
    return this.#over && this.workers.length === 0
  }

  /** The machine loses its power: all workers die, and with them what was not synced. */
  losePower(): void {
    this.#sim.faults.count('power lost')
    this.#slots.forEach((worker, i) => {
      if (worker !== null) this.#kill(i, worker)
    })
    this.#sim.disk.loseTheUnsynced()
  }

  #launch(i: number): void {
    if (this.#over || this.#slots[i] !== null) return
    const worker = this.#sim.worker(`worker-${i}`, {
      maxBytes: this.#scenario.maxBytes,
      patience: this.#scenario.patience,
      onEnd: (code) => this.#ended(i, worker, code),
    })
    this.#slots[i] = worker
    void worker.start()
  }

  #ended(i: number, worker: SimWorker, code: number): void {
    if (this.#slots[i] !== worker) return
    if (code !== 0) this.#sim.faults.count('worker ended by itself')
    this.#slots[i] = null
    this.#sim.scheduler.after(this.#random.int(200, 3 * SECOND), () => this.#launch(i))
  }

  #kill(i: number, worker: SimWorker): void {
    this.#sim.faults.count('worker killed')
    worker.process.kill()
    this.#slots[i] = null
    this.#sim.scheduler.after(this.#random.int(200, 5 * SECOND), () => this.#launch(i))
  }

  #next(): void {
    this.#sim.scheduler.after(this.#random.int(1, 2 * this.#scenario.troubleMs), () => {
      if (this.#calm) return
      const i = this.#random.int(0, this.#slots.length)
      const worker = this.#slots[i]
      if (worker) this.#trouble(i, worker)
      this.#next()
    })
  }

  #trouble(i: number, worker: SimWorker): void {
    const { faults } = this.#sim
    const kind = this.#random.next()
    if (kind < 0.5) this.#kill(i, worker)
    else if (kind < 0.75) {
      faults.count('worker stopped')
      worker.process.freeze(this.#random.int(500, 15 * SECOND))
    } else if (kind < 0.9) {
      faults.count('worker restarted')
      worker.stop()
    } else {
      // Its group does not hear of it for a while, or it joins anew out of the blue, with batches in flight.
      faults.count('stale metadata')
      this.#sim.kafka.shake(worker.process)
    }
  }
}

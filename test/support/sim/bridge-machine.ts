import { ListenedFile } from '@commonstream/bridge/tick/listened-file.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { SimBridge } from './sim-bridge.ts'
import type { SimBroker } from './sim-broker.ts'
import type { SimCity } from './sim-city.ts'
import type { SensorHost } from './sim-connection.ts'
import { SimDisk } from './sim-disk.ts'
import type { SimKafka } from './sim-kafka.ts'
import { SimProcess } from './sim-process.ts'
import type { Truth } from './truth.ts'

const SECOND = 1_000
/** catchUp (10 s) and two ticks. */
const SETTLE_MS = 16 * SECOND
/** A shorter stop is no interruption that a bridge must notice. */
const INTERRUPTION_MS = 4 * SECOND

export interface BridgeMachineOptions {
  readonly number: number
  readonly city: SimCity
  readonly kafka: SimKafka
  readonly faults: Faults
  readonly scheduler: Scheduler
  readonly random: Random
  readonly truth: Truth
  /** The city's broker, where the bridge is its client. */
  readonly broker: SimBroker | null
  readonly noCatchUp: boolean
  /** Its clock against the true time, ms. */
  readonly clockOffset: number
  /** Told when sensors may connect. */
  readonly onUp: () => void
}

/** The machine of one bridge: its disk, the process that runs there, and what happens to it. */
export class BridgeMachine {
  /** What the bridge did not do that it has to. */
  readonly violations: string[] = []
  readonly #o: BridgeMachineOptions
  readonly #disk: SimDisk
  #bridge: SimBridge | null = null
  #upSince: number | null = null
  #downSince: number | null = null
  #over = false

  constructor(o: BridgeMachineOptions) {
    this.#o = o
    this.#disk = new SimDisk(o.random.fork('disk'))
    this.#disk.full = o.random.pick([0, 0, 0.3])
    this.#disk.onFull = () => o.faults.count("a bridge's disk full")
  }

  /** What sensors connect to. */
  get host(): SensorHost | null {
    return this.#o.broker ?? this.#bridge
  }

  /** It is there, has caught up and ticked. */
  get settled(): boolean {
    return this.#bridge?.process.alive === true && this.#o.scheduler.now - (this.#upSince ?? Number.POSITIVE_INFINITY) >= SETTLE_MS
  }

  /** Everything that its broker had for it is acknowledged. */
  get delivered(): boolean {
    return this.#o.broker?.delivered ?? true
  }

  calm(): void {
    this.#disk.full = 0
  }

  boot(): void {
    if (this.#over) return
    const { scheduler, number, clockOffset } = this.#o
    const process = new SimProcess(`bridge-${number}`, scheduler)
    process.clockOffset = clockOffset
    this.#begin(process).catch((error: unknown) => {
      // A disk that is full: the process ends, and is started again.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      process.kill()
      scheduler.after(SECOND, () => this.boot())
    })
  }

  /** SIGKILL, now and then with the power; `ms` later there is another. */
  down(ms: number): void {
    const { scheduler, faults, truth, number, random } = this.#o
    if (this.#bridge?.process.alive !== true) return
    faults.count('bridge killed')
    const from = scheduler.now
    this.#kill()
    this.#downSince = from
    this.#upSince = null
    // Whoever was stopped is so no longer.
    for (const stopped of truth.down[number] ?? []) stopped.to = Math.min(stopped.to, from)
    if (random.chance(0.3)) {
      faults.count('power lost under a bridge')
      this.#disk.loseTheUnsynced()
    }
    scheduler.after(ms, () => this.boot())
  }

  freeze(ms: number): void {
    const { scheduler, faults, truth, number } = this.#o
    if (this.#bridge?.process.alive !== true) return
    faults.count('bridge stopped')
    this.#bridge.process.freeze(ms)
    if (ms >= INTERRUPTION_MS) truth.down[number]?.push({ from: scheduler.now, to: scheduler.now + ms })
  }

  /** For good. */
  stop(): void {
    this.#over = true
    this.#kill()
  }

  #kill(): void {
    const bridge = this.#bridge
    if (bridge === null) return
    bridge.kill()
    if (bridge.untold > 0)
      this.violations.push(`${bridge.process.name} did not tell of ${bridge.untold} sessions that its broker had forgotten`)
  }

  async #begin(process: SimProcess): Promise<void> {
    const { scheduler, truth, number, broker } = this.#o
    const file = new ListenedFile('/data', process.name, this.#disk.port(process))
    const listenedBefore = await file.listenedBefore()
    this.#bridge = new SimBridge({ ...this.#o, process, file, listenedBefore })
    await this.#bridge.start()
    this.#upSince = scheduler.now
    // Behind a broker it is away until it is connected again: that is told by the broker.
    if (this.#downSince !== null && broker === null) truth.down[number]?.push({ from: this.#downSince, to: scheduler.now })
    this.#o.onUp()
  }
}

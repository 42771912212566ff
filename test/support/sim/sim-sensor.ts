import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { SensorConnection, SensorHost } from './sim-connection.ts'
import type { Reading, Truth } from './truth.ts'

/** How one sensor behaves. */
export interface Habit {
  readonly sensor: string
  /** Mean interval between readings, ms. */
  readonly everyMs: number
  /** Its clock against the true time, ms. */
  readonly clockOffset: number
  readonly countsSequence: boolean
  /** Share of readings that it holds back for some time. */
  readonly slow: number
  /** Share of readings that are sent again although they were acknowledged. */
  readonly repeats: number
}

interface Waiting {
  readonly reading: Reading
  readonly payload: Buffer
  readonly due: number
}

const MOST_IN_FLIGHT = 5

/** A sensor over MQTT, QoS 1: what is not acknowledged is kept, and sent again on the next connection. */
export class SimSensor {
  readonly habit: Habit
  readonly bridge: number
  readonly #topic: string
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #truth: Truth
  readonly #value: (serial: number, random: Random) => Record<string, number | string>
  /** In order; the first `#inFlight` of them are sent. */
  readonly #waiting: Waiting[] = []
  #inFlight = 0
  #connection: SensorConnection | null = null
  #sequence = 0
  #boot = 1
  #silent = false

  constructor(o: {
    habit: Habit
    bridge: number
    topic: string
    scheduler: Scheduler
    random: Random
    truth: Truth
    value: (serial: number, random: Random) => Record<string, number | string>
  }) {
    this.habit = o.habit
    this.bridge = o.bridge
    this.#topic = o.topic
    this.#scheduler = o.scheduler
    this.#random = o.random
    this.#truth = o.truth
    this.#value = o.value
  }

  start(): void {
    this.#scheduler.after(this.#random.int(0, 2 * this.habit.everyMs), () => this.#measure(), true)
  }

  /** It measures no more, but still delivers. */
  silence(): void {
    this.#silent = true
  }

  get idle(): boolean {
    return this.#waiting.length === 0
  }

  get connected(): boolean {
    return this.#connection !== null
  }

  connect(host: SensorHost): void {
    if (this.#connection !== null || !host.listening) return
    const connection = host.connect(
      (messages) => this.#later(() => this.#answered(connection, messages)),
      () => this.#lost(connection),
    )
    this.#connection = connection
    this.#inFlight = 0
    this.#send()
  }

  /** The connection breaks; answers on their way are lost. */
  drop(): void {
    this.#connection?.close()
  }

  #measure(): void {
    if (this.#silent) return
    this.#scheduler.after(this.#random.int(1, 2 * this.habit.everyMs), () => this.#measure(), true)
    const now = this.#scheduler.now
    if (this.#random.chance(0.02)) [this.#sequence, this.#boot] = [0, this.#boot + 1]
    const reading = this.#truth.measure(this.habit.sensor, now, now + this.habit.clockOffset)
    const envelope = this.habit.countsSequence ? { seq: this.#sequence++, boot: this.#boot } : {}
    const payload = Buffer.from(
      JSON.stringify({ at: reading.declared, ...envelope, serial: reading.serial, ...this.#value(reading.serial, this.#random) }),
    )
    const due = this.#random.chance(this.habit.slow) ? now + this.#random.int(4_000, 50_000) : now
    this.#waiting.push({ reading, payload, due })
    if (due > now) this.#scheduler.after(due - now, () => this.#send())
    else this.#later(() => this.#send())
  }

  /** Sends what is due, as far as the receive maximum allows. */
  #send(): void {
    const connection = this.#connection
    if (connection === null) return
    for (let i = this.#inFlight; i < this.#waiting.length && this.#inFlight < MOST_IN_FLIGHT; i++) {
      const next = this.#waiting[i] as Waiting
      if (next.due > this.#scheduler.now) continue
      this.#waiting.splice(i, 1)
      this.#waiting.splice(this.#inFlight++, 0, next)
      this.#deliver(connection, next)
    }
  }

  #deliver(connection: SensorConnection, { reading, payload }: Waiting): void {
    const onTaken = () => this.#truth.take(reading, this.#scheduler.now, this.bridge)
    const onForgotten = () => void (reading.forgotten = true)
    const packet = { id: (reading.serial % 65_535) + 1, topic: this.#topic, payload, onTaken, onForgotten }
    this.#later(() => connection.receive(packet))
  }

  #answered(connection: SensorConnection, messages: number): void {
    if (this.#connection !== connection) return
    for (const waiting of this.#waiting.splice(0, messages)) {
      waiting.reading.acknowledged = true
      if (this.#random.chance(this.habit.repeats)) this.#repeat(waiting)
    }
    this.#inFlight -= messages
    this.#send()
  }

  /** A gateway that did not see the PUBACK sends once more, now and then long after. */
  #repeat({ reading, payload }: Waiting): void {
    const ms = this.#random.chance(0.7) ? this.#random.int(1_000, 7_000) : this.#random.int(50_000, 100_000)
    if (this.#silent) return
    this.#waiting.push({ reading, payload, due: this.#scheduler.now + ms })
    this.#scheduler.after(ms, () => this.#send())
  }

  #lost(connection: SensorConnection): void {
    if (this.#connection === connection) this.#connection = null
  }

  #last = 0

  /** Over the wire: in order, some ms later. */
  #later(work: () => void): void {
    this.#last = Math.max(this.#last, this.#scheduler.now + this.#random.int(1, 30))
    this.#scheduler.after(this.#last - this.#scheduler.now, work)
  }
}

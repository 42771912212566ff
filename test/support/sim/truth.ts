/** One reading as it truly was, whatever became of it on its way. `serial` stands in the payload too. */
export interface Reading {
  readonly serial: number
  readonly sensor: string
  /** True instant at which the sensor measured. */
  readonly made: number
  /** What the sensor's own clock said. */
  readonly declared: number
  /** The true instants at which a bridge took it, and whether protocol section 3 promises that it is in time then. */
  readonly taken: { readonly at: number; readonly bridge: number; readonly promised: boolean }[]
  acknowledged: boolean
  /** A broker that had acknowledged it has forgotten it since. */
  forgotten: boolean
}

/** A time in which a bridge could not be reached, or Kafka gave it no answer. */
export interface Interruption {
  readonly from: number
  to: number
}

/** What the world knows and neither bridge nor worker can: what was measured, and what was promised. */
export class Truth {
  readonly readings: Reading[] = []
  /** By bridge, in order of time. */
  readonly down: Interruption[][]
  readonly kafkaAway: Interruption[] = []

  constructor(bridges: number) {
    this.down = Array.from({ length: bridges }, () => [])
  }

  measure(sensor: string, made: number, declared: number): Reading {
    const reading = { serial: this.readings.length + 1, sensor, made, declared, taken: [], acknowledged: false, forgotten: false }
    this.readings.push(reading)
    return reading
  }

  take(reading: Reading, at: number, bridge: number): void {
    reading.taken.push({ at, bridge, promised: reading.made === reading.declared && this.#inTime(reading, at, bridge) })
  }

  /** Delivered within the least lateness (5 s) less the clocks' skew, or within catchUp (10 s) after an interruption. */
  #inTime({ made }: Reading, at: number, bridge: number): boolean {
    if (at - made <= 3_500) return true
    const down = (this.down[bridge] as Interruption[]).some(({ from, to }) => made >= from - 2_000 && at < to + 10_000 && at >= to)
    const away = this.kafkaAway.some(
      ({ from, to }) => to - from >= 6_000 && made >= from - 2_000 && at >= from && at < to + 8_500 && this.#alone(from, bridge),
    )
    return down || away
  }

  /** Nothing else was wrong with a bridge shortly before. */
  #alone(from: number, bridge: number): boolean {
    const others = [...(this.down[bridge] as Interruption[]), ...this.kafkaAway].filter((i) => i.from !== from)
    return others.every((i) => i.to < from - 20_000 || i.from > from)
  }
}

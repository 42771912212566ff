import { type FoldDocument, foldDocumentOf, eventsTopic, type Stream } from '@commonstream/schemas'
import { BridgeMachine } from './bridge-machine.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { cityBrokers } from './city-brokers.ts'
import { SENSORS, type SimCity, valueOf } from './sim-city.ts'
import type { SimKafka } from './sim-kafka.ts'
import { SimSensor } from './sim-sensor.ts'
import { Truth } from './truth.ts'

const SECOND = 1_000

export interface WorldOptions {
  readonly city: SimCity
  readonly kafka: SimKafka
  readonly faults: Faults
  readonly scheduler: Scheduler
  readonly random: Random
  /** How long sensors measure. */
  readonly lengthMs: number
  readonly noCatchUp: boolean
}

/** Sensors, bridges and infra: all that happens before the log. */
export class World {
  readonly truth: Truth
  readonly stream: Stream
  /** When Kafka acknowledges nothing. */
  kafkaAway = false
  readonly #o: WorldOptions
  readonly #bridges: readonly BridgeMachine[]
  readonly #sensors: readonly SimSensor[]
  readonly #first: FoldDocument

  constructor(o: WorldOptions) {
    this.#o = o
    const { random, scheduler, city } = o
    this.stream = city.city.streams[0] as Stream
    const bridges = random.pick([1, 1, 2, 2, 3])
    this.truth = new Truth(bridges)
    const odd = random.chance(0.3) ? random.int(0, 3) : -1
    this.#sensors = SENSORS.map((sensor, i) => {
      const habit = {
        sensor,
        everyMs: i === SENSORS.length - 1 ? 60 * SECOND : 2_500,
        clockOffset: i === odd ? random.pick([50, 2, -25]) * SECOND : 0,
        countsSequence: sensor !== 'c',
        slow: 0.1,
        repeats: 0.08,
      }
      const topic = this.stream.source.mqtt.replace('{sensor}', sensor)
      const value = valueOf(this.stream)
      return new SimSensor({ habit, bridge: i % bridges, topic, scheduler, random: random.fork(sensor), truth: this.truth, value })
    })
    this.#first = foldDocumentOf(this.stream, null)
    this.#bridges = this.#machines()
  }

  #machines(): BridgeMachine[] {
    const { truth, stream } = this
    const { random } = this.#o
    const topicOf = (b: number) => stream.source.mqtt.replace('{sensor}', SENSORS[b] as string)
    const brokers = cityBrokers({ ...this.#o, random: random.fork('brokers'), truth, stream, topicOf, isCalm: () => this.#isCalm })
    return brokers.map((broker, number) => {
      const onUp = () => {
        for (const sensor of this.#sensors) if (sensor.bridge === number) this.#reconnect(sensor)
      }
      const clockOffset = random.fork(`clock ${number}`).pick([-1, 0, 0, 1]) * SECOND
      return new BridgeMachine({ ...this.#o, number, random: random.fork(`bridge ${number}`), truth, broker, clockOffset, onUp })
    })
  }

  start(): void {
    const { random, scheduler, lengthMs } = this.#o
    this.#mark(this.#first)
    for (const bridge of this.#bridges) scheduler.after(random.int(0, 2_000), () => bridge.boot())
    for (const sensor of this.#sensors) {
      sensor.start()
      scheduler.after(lengthMs, () => sensor.silence(), true)
    }
    this.#outages()
    if (random.chance(0.6)) scheduler.after(random.int(20 * SECOND, lengthMs), () => this.#changeDocument())
    scheduler.after(random.int(0, 20 * SECOND), () => this.#trouble())
  }

  /** Everything that was measured is acknowledged. */
  get delivered(): boolean {
    return this.#sensors.every((s) => s.idle) && this.#bridges.every((b) => b.delivered)
  }

  /** Every bridge is there, has caught up and ticked: whatever a log lost of its end shows by then. */
  get settled(): boolean {
    return this.#bridges.every((bridge) => bridge.settled)
  }

  /** No more outages; what is down comes back by itself. */
  calm(): void {
    const { now } = this.#o.scheduler
    this.#isCalm = true
    this.kafkaAway = false
    for (const bridge of this.#bridges) bridge.calm()
    for (const outage of this.truth.kafkaAway) if (outage.to > now) outage.to = now
  }

  /** Bridges that are there tick until the end. */
  stop(): void {
    this.#stopped = true
    for (const bridge of this.#bridges) bridge.stop()
  }

  /** What bridges did not do that they have to. */
  get violations(): string[] {
    return this.#bridges.flatMap((bridge) => bridge.violations)
  }

  /** Sensors come back one after the other. */
  #reconnect(sensor: SimSensor): void {
    const { scheduler, random } = this.#o
    scheduler.after(random.int(0, 3 * SECOND), () => {
      const host = this.#bridges[sensor.bridge]?.host
      if (host?.listening) sensor.connect(host)
    })
  }

  #outages(): void {
    const { random, scheduler, lengthMs } = this.#o
    for (let n = random.pick([0, 1, 1, 2]); n > 0; n--) {
      const at = random.int(15 * SECOND, lengthMs - 20 * SECOND)
      const kind = random.next()
      if (kind < 0.25) {
        const ms = random.pick([12, 30, 50, 110]) * SECOND
        for (const bridge of this.#bridges) scheduler.after(at, () => bridge.down(ms + random.int(0, 9 * SECOND)))
      } else if (kind < 0.45) scheduler.after(at, () => random.pick(this.#bridges).down(random.int(2 * SECOND, 12 * SECOND)))
      else if (kind < 0.6) scheduler.after(at, () => random.pick(this.#bridges).down(random.int(35 * SECOND, 60 * SECOND)))
      else if (kind < 0.75) scheduler.after(at, () => random.pick(this.#bridges).freeze(random.int(1 * SECOND, 20 * SECOND)))
      else scheduler.after(at, () => this.kafkaGoes(random.pick([4, 12, 25, 45]) * SECOND))
    }
  }

  /** Kafka answers nobody for a while. */
  kafkaGoes(ms: number): void {
    const { scheduler, faults } = this.#o
    if (this.kafkaAway) return
    faults.count('kafka away')
    this.kafkaAway = true
    const from = scheduler.now
    // What is promised of this time must be known while it lasts.
    this.truth.kafkaAway.push({ from, to: from + ms })
    scheduler.after(ms, () => void (this.kafkaAway = false), true)
  }

  /** Small things all the time: connections break, leaders change, strangers write into the topic. */
  #trouble(): void {
    const { random, scheduler, kafka, faults } = this.#o
    if (this.#stopped) return
    const kind = random.next()
    if (kind < 0.4) {
      const sensor = random.pick(this.#sensors)
      if (sensor.connected) faults.count('connection dropped')
      sensor.drop()
      this.#reconnect(sensor)
    } else if (kind < 0.7) kafka.elect(random.pick([0, 0, -3 * SECOND]))
    else if (kind < 0.85 && !this.kafkaAway) this.#garbage()
    if (!this.#stopped) scheduler.after(random.int(500, 15 * SECOND), () => this.#trouble())
    // A connection that broke and was not made again.
    for (const sensor of this.#sensors) if (!sensor.connected) this.#reconnect(sensor)
  }

  #stopped = false
  #isCalm = false

  #garbage(): void {
    const { random, kafka } = this.#o
    const value = random.chance(0.2) ? null : random.bytes(random.int(0, 30))
    kafka.append(eventsTopic(this.stream.name), random.int(0, this.stream.partitions), [{ key: 'stranger', value }])
  }

  #changeDocument(): void {
    const { random, scheduler } = this.#o
    if (this.kafkaAway) {
      scheduler.after(SECOND, () => this.#changeDocument())
      return
    }
    const sizeMs = random.pick([5, 10, 15, 20]) * SECOND
    const step = commonMultiple(sizeMs, this.#first.sizeMs)
    const earliest = scheduler.now + this.#first.aheadMs + this.#o.city.contexts[0]!.scale.skewMs + SECOND
    const from = Math.ceil(earliest / step) * step
    const disclosure = this.#first.disclosure && { ...this.#first.disclosure, policy: random.pick([1, 2]), from }
    // Properties in another order are a change of them: nothing may take one's figures for the other's.
    const properties = random.fork('properties').chance(0.5) ? this.#first.properties.toReversed() : this.#first.properties
    const document = { ...this.#first, sizeMs, latenessMs: random.pick([5, 5, 8, 25]) * SECOND, from, disclosure, properties }
    this.#mark(document)
    if (random.chance(0.2)) this.#mark(document)
  }

  /** What infra does: the document into every partition. */
  #mark(document: FoldDocument): void {
    const value = Buffer.from(JSON.stringify(document))
    for (let p = 0; p < this.stream.partitions; p++)
      this.#o.kafka.append(eventsTopic(this.stream.name), p, [{ key: null, value, headers: { kind: 'fold' } }])
  }
}

function commonMultiple(a: number, b: number): number {
  let n = Math.max(a, b)
  while (n % a !== 0 || n % b !== 0) n += Math.max(a, b)
  return n
}

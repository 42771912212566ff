import { createLog, PartBoard } from '@commonstream/runtime'
import { Counters } from '@commonstream/bridge/counters.ts'
import { Intake } from '@commonstream/bridge/intake.ts'
import { Moments, type Moment } from '@commonstream/bridge/moments.ts'
import { appendWith } from '@commonstream/bridge/publish/append.ts'
import { Budget } from '@commonstream/bridge/publish/budget.ts'
import { Publisher } from '@commonstream/bridge/publish/publisher.ts'
import type { Source } from '@commonstream/bridge/source.ts'
import { Subscriber } from '@commonstream/bridge/subscribe/subscriber.ts'
import type { ListenedFile } from '@commonstream/bridge/tick/listened-file.ts'
import { Ticker } from '@commonstream/bridge/tick/ticker.ts'
import type { Message } from 'kafkajs'
import { type Faults, request } from './faults.ts'
import type { SimBroker } from './sim-broker.ts'
import { SimBrokerClient } from './sim-broker-client.ts'
import type { SimCity } from './sim-city.ts'
import { BridgeConnection, type SensorHost } from './sim-connection.ts'
import type { SimKafka } from './sim-kafka.ts'
import type { SimProcess } from './sim-process.ts'

const TICK_MS = 3_000
const STALL_MS = 1_200

const silent = createLog('simulation', 'silent')

export interface SimBridgeOptions {
  readonly process: SimProcess
  readonly number: number
  readonly city: SimCity
  readonly kafka: SimKafka
  readonly faults: Faults
  readonly file: Pick<ListenedFile, 'note'>
  readonly listenedBefore: boolean
  /** A mutant: the bridge ticks as soon as it listens. */
  readonly noCatchUp: boolean
  /** The city's broker, where the bridge is its client; null: sensors connect to the bridge. */
  readonly broker: SimBroker | null
}

/** The real way from a message to Kafka, and the real ticks; only sockets and the broker are simulated. */
export class SimBridge implements SensorHost {
  readonly process: SimProcess
  readonly budget: Budget
  readonly moments: Moments
  readonly intake: Intake
  readonly counters: Counters
  readonly #connections = new Set<BridgeConnection>()
  readonly #publisher: Publisher
  readonly #ticker: Ticker
  readonly #source: Source
  readonly #file: SimBridgeOptions['file']
  #listening = false
  #forgotten = 0

  constructor(o: SimBridgeOptions) {
    this.process = o.process
    this.#file = o.file
    const { clock } = o.process
    const { streams } = o.city.city
    this.counters = new Counters(streams.map((s) => s.name))
    const id = `bridge-${o.number}`
    this.budget = new Budget(1 << 20, () => undefined)
    this.moments = new Moments(
      () => clock.now(),
      () => clock.steady(),
    )
    const events = { appended: nothing, appendTime: nothing, retrying: nothing, refused: nothing }
    const append = appendWith({ send: ({ topic, messages }) => send(o, topic, messages) }, clock)
    this.#publisher = new Publisher(
      append,
      () => clock.now(),
      () => clock.steady(),
      events,
      clock,
    )
    this.intake = new Intake({ city: o.city.city, streams, publisher: this.#publisher, counters: this.counters, bridge: id })
    this.#source = o.broker === null ? new SimSource(this) : this.#subscriber(o, o.broker)
    this.#ticker = new Ticker({
      bridge: id,
      streams,
      publisher: this.#publisher,
      source: this.#source,
      moments: this.moments,
      pace: { everyMs: TICK_MS, stallMs: STALL_MS, catchUpMs: (ms) => (o.noCatchUp ? 0 : ms) },
      file: o.file,
      listenedBefore: o.listenedBefore,
      real: () => clock.now(),
      board: new PartBoard(() => clock.now()),
      log: silent,
      timers: clock,
    })
  }

  async start(): Promise<void> {
    await this.#file.note(this.process.clock.now())
    this.#listening = true
    await this.#source.start()
    await this.#ticker.start()
  }

  /** Sessions that its broker had forgotten and it has not told of. */
  get untold(): number {
    return this.#forgotten - this.counters.source.sessionsLost
  }

  #subscriber(o: SimBridgeOptions, broker: SimBroker): Subscriber {
    let had = o.listenedBefore
    const onConnected = (sessionPresent: boolean) => {
      if (had && !sessionPresent) this.#forgotten++
      had = true
    }
    const taken = new WeakMap<Buffer, () => void>()
    const { intake } = this
    const { take } = intake
    intake.take = (topic, payload, ...rest) => {
      taken.get(payload)?.()
      return take.call(intake, topic, payload, ...rest)
    }
    return new Subscriber({
      url: 'mqtt://broker',
      version: 5,
      bridge: `bridge-${o.number}`,
      streams: o.city.city.streams,
      intake,
      publisher: this.#publisher,
      moments: this.moments,
      counters: this.counters.source,
      board: new PartBoard(() => o.process.clock.now()),
      log: silent,
      listenedBefore: o.listenedBefore,
      connect: () => new SimBrokerClient({ process: o.process, broker, onConnected, onTaken: (p, tell) => void taken.set(p, tell) }),
    })
  }

  get listening(): boolean {
    return this.#listening && this.process.alive
  }

  /** SIGKILL: every connection ends, nothing more is acknowledged. */
  kill(): void {
    this.process.kill()
    this.#publisher.abandon()
    for (const connection of this.#connections) connection.close()
  }

  /** A sensor connects. @param onAnswer told the number of messages that were acknowledged, in their order */
  connect(onAnswer: (messages: number) => void, onClosed: () => void): BridgeConnection {
    const connection = new BridgeConnection(this, onAnswer, () => {
      this.#connections.delete(connection)
      onClosed()
    })
    this.#connections.add(connection)
    return connection
  }

  /** When the oldest message arrived that waits to be taken. */
  get oldestHeld(): Moment | null {
    const held = [...this.#connections].map((c) => c.oldestHeld).filter((m) => m !== null)
    return held.length === 0 ? null : held.reduce((a, b) => (b.steady < a.steady ? b : a))
  }
}

/** The bridge's ticks ask the source what it holds; here that is the bridge itself. */
class SimSource implements Source {
  readonly name = 'source'
  readonly details = { connections: 0, heldBytes: 0, unacknowledgedBytes: 0 }
  readonly #bridge: SimBridge

  constructor(bridge: SimBridge) {
    this.#bridge = bridge
  }

  async start(): Promise<() => Promise<void>> {
    return async () => undefined
  }

  get listening(): boolean {
    return this.#bridge.listening
  }

  get oldestHeld(): Moment | null {
    return this.#bridge.oldestHeld
  }
}

function send(o: SimBridgeOptions, topic: string, messages: readonly Message[]) {
  const partition = (messages[0] as Message).partition as number
  const entries = messages.map(({ key, value, headers }) => ({
    key: key ?? null,
    value: value as Buffer | null,
    headers: headers as Record<string, string>,
  }))
  return request(o.faults, o.process, 'kafka', 'produce', () => {
    const baseOffset = String(o.kafka.append(topic, partition, entries))
    return [{ topicName: topic, partition, errorCode: 0, baseOffset, logAppendTime: String(o.kafka.appendTime) }]
  })
}

function nothing(): void {
  // Nobody looks at these here.
}

import { createLog, PartBoard } from '@commonstream/runtime'
import { Counters } from '@commonstream/bridge/counters.ts'
import { Intake } from '@commonstream/bridge/intake.ts'
import { Moments, type Moment } from '@commonstream/bridge/moments.ts'
import { AckQueue } from '@commonstream/bridge/publish/ack-queue.ts'
import { appendWith } from '@commonstream/bridge/publish/append.ts'
import { Budget } from '@commonstream/bridge/publish/budget.ts'
import { Publisher } from '@commonstream/bridge/publish/publisher.ts'
import type { Source } from '@commonstream/bridge/source.ts'
import type { ListenedFile } from '@commonstream/bridge/tick/listened-file.ts'
import { Ticker } from '@commonstream/bridge/tick/ticker.ts'
import type { Message } from 'kafkajs'
import { type Faults, request } from './faults.ts'
import type { SimCity } from './sim-city.ts'
import type { SimKafka } from './sim-kafka.ts'
import type { SimProcess } from './sim-process.ts'

/** A PUBLISH on its way, and how its sender hears of the PUBACK. */
export interface Packet {
  readonly id: number
  readonly topic: string
  readonly payload: Buffer
  /** The bridge has judged it. */
  readonly onTaken: () => void
}

/** One sensor's connection to the bridge: at most so many messages wait for Kafka, the next ones are not taken yet. */
const MOST_UNACKNOWLEDGED = 6
const TICK_MS = 3_000
const STALL_MS = 1_200

const silent = createLog('simulation', 'silent')

export interface SimBridgeOptions {
  readonly process: SimProcess
  readonly number: number
  readonly city: SimCity
  readonly kafka: SimKafka
  readonly faults: Faults
  readonly listenedBefore: boolean
  /** A mutant: the bridge ticks as soon as it listens. */
  readonly noCatchUp: boolean
}

/** The real way from a message to Kafka, and the real ticks; only sockets and the broker are simulated. */
export class SimBridge {
  readonly process: SimProcess
  readonly budget: Budget
  readonly moments: Moments
  readonly intake: Intake
  readonly #connections = new Set<BridgeConnection>()
  readonly #publisher: Publisher
  readonly #ticker: Ticker
  #listening = false

  constructor(o: SimBridgeOptions) {
    this.process = o.process
    const { clock } = o.process
    const { streams } = o.city.city
    const counters = new Counters(streams.map((s) => s.name))
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
    this.intake = new Intake({ city: o.city.city, streams, publisher: this.#publisher, counters, bridge: id })
    this.#ticker = new Ticker({
      bridge: id,
      streams,
      publisher: this.#publisher,
      source: new SimSource(this),
      moments: this.moments,
      pace: { everyMs: TICK_MS, stallMs: STALL_MS, catchUpMs: (ms) => (o.noCatchUp ? 0 : ms) },
      file: { note: async () => undefined } as unknown as ListenedFile,
      listenedBefore: o.listenedBefore,
      real: () => clock.now(),
      board: new PartBoard(() => clock.now()),
      log: silent,
      timers: clock,
    })
  }

  async start(): Promise<void> {
    this.#listening = true
    await this.#ticker.start()
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

/** What the bridge holds of one sensor's connection. */
export class BridgeConnection {
  readonly #bridge: SimBridge
  readonly #queue: AckQueue
  /** Arrived at the machine, not yet read by the process. */
  readonly #socket: Packet[] = []
  readonly #held: { readonly packet: Packet; readonly received: Moment }[] = []
  readonly #onClosed: () => void
  #closed = false
  #due = false

  constructor(bridge: SimBridge, onAnswer: (messages: number) => void, onClosed: () => void) {
    this.#bridge = bridge
    this.#onClosed = onClosed
    this.#queue = new AckQueue(bridge.budget, () => {
      if (this.#due) return
      this.#due = true
      queueMicrotask(() => {
        this.#due = false
        const answers = this.#queue.takeAnswers()
        if (answers !== null) onAnswer(answers.length / 4)
        this.#takeHeld()
      })
    })
  }

  get oldestHeld(): Moment | null {
    return this.#held[0]?.received ?? null
  }

  /** A PUBLISH has arrived. */
  receive(packet: Packet): void {
    if (this.#closed) return
    this.#socket.push(packet)
    this.#bridge.process.after(0, () => {
      for (const read of this.#socket.splice(0)) this.#held.push({ packet: read, received: this.#bridge.moments.now() })
      this.#takeHeld()
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.length = 0
    this.#held.length = 0
    this.#queue.close()
    this.#onClosed()
  }

  #takeHeld(): void {
    while (!this.#closed && this.#held.length > 0 && this.#queue.messages < MOST_UNACKNOWLEDGED) {
      const { packet, received } = this.#held.shift() as { packet: Packet; received: Moment }
      const entry = this.#queue.add(packet.id, 1, packet.payload.length)
      packet.onTaken()
      this.#queue.charge(entry, this.#bridge.intake.take(packet.topic, packet.payload, { user: null }, entry, received))
    }
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

import { AckQueue } from '@commonstream/bridge/publish/ack-queue.ts'
import type { Moment } from '@commonstream/bridge/moments.ts'
import type { SimBridge } from './sim-bridge.ts'

/** A PUBLISH on its way. */
export interface Packet {
  readonly id: number
  readonly topic: string
  readonly payload: Buffer
  /** The bridge has judged it. */
  readonly onTaken: () => void
  /** A broker that had it has forgotten it. */
  readonly onForgotten: () => void
}

/** A sensor's connection to whoever listens. */
export interface SensorConnection {
  /** A PUBLISH has arrived. */
  receive(packet: Packet): void
  close(): void
}

/** What sensors connect to: a bridge, or the city's broker. */
export interface SensorHost {
  readonly listening: boolean
  /** @param onAnswer told the number of messages that were acknowledged, in their order */
  connect(onAnswer: (messages: number) => void, onClosed: () => void): SensorConnection
}

/** At most so many messages wait for Kafka, the next ones are not taken yet. */
const MOST_UNACKNOWLEDGED = 6

/** What the bridge holds of one sensor's connection. */
export class BridgeConnection implements SensorConnection {
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

import type { Budget } from './budget.ts'
import type { Receipt } from './receipt.ts'

/** First byte of the packet that ends our part of a message, by its quality of service: PUBACK or PUBREC. */
const ANSWER = { 1: 0x40, 2: 0x50 } as const
const ANSWER_BYTES = 4

/** A message between its arrival and Kafka's acknowledgement. */
class InFlight implements Receipt {
  pending = 0
  done = false
  readonly packetId: number
  readonly qos: 0 | 1 | 2
  readonly bytes: number
  readonly queue: AckQueue
  charged = 0

  constructor(queue: AckQueue, packetId: number, qos: 0 | 1 | 2, bytes: number) {
    this.queue = queue
    this.packetId = packetId
    this.qos = qos
    this.bytes = bytes
  }

  settle(): void {
    this.done = true
    this.queue.settled(this)
  }
}
export type { InFlight }

/**
 * The messages of one connection that Kafka has not acknowledged, in the order they were received, which is the order
 * in which MQTT wants their answers. Once closed, what is settled frees its memory and answers nothing.
 */
export class AckQueue {
  /** Messages and bytes that wait for Kafka. */
  messages = 0
  bytes = 0
  readonly #budget: Budget
  readonly #onDue: () => void
  #entries: InFlight[] = []
  #head = 0
  #closed = false

  /** @param onDue called when answers may be due; `takeAnswers` gives them */
  constructor(budget: Budget, onDue: () => void) {
    this.#budget = budget
    this.#onDue = onDue
  }

  /** A message arrived. Call `charge` once it is known how many records it became. */
  add(packetId: number, qos: 0 | 1 | 2, bytes: number): InFlight {
    const entry = new InFlight(this, packetId, qos, bytes)
    if (qos > 0) this.#entries.push(entry)
    this.messages++
    this.bytes += bytes
    return entry
  }

  /** Charges the memory of a message and its records to the budget that all connections share. */
  charge(entry: InFlight, records: number): void {
    entry.charged = this.#budget.take(entry.bytes, records)
  }

  settled(entry: InFlight): void {
    this.messages--
    this.bytes -= entry.bytes
    this.#budget.release(entry.charged)
    if (!this.#closed) this.#onDue()
  }

  /** The answers to every message that is safe and has no unsafe one before it; null when there are none. */
  takeAnswers(): Buffer | null {
    let end = this.#head
    while (this.#entries[end]?.done === true) end++
    const count = end - this.#head
    if (count === 0) return null
    const answers = Buffer.allocUnsafe(count * ANSWER_BYTES)
    for (let i = 0; i < count; i++) {
      const { packetId, qos } = this.#entries[this.#head + i] as InFlight
      const at = i * ANSWER_BYTES
      answers[at] = ANSWER[qos as 1 | 2]
      answers[at + 1] = 2
      answers[at + 2] = packetId >> 8
      answers[at + 3] = packetId & 0xff
    }
    this.#head = end
    if (end === this.#entries.length || end > 4_096) {
      this.#entries = this.#entries.slice(end)
      this.#head = 0
    }
    return answers
  }

  close(): void {
    this.#closed = true
    this.#entries = []
    this.#head = 0
  }
}

import { AckQueue } from '../publish/ack-queue.ts'
import type { Budget } from '../publish/budget.ts'
import type { BrokerClient } from './broker-client.ts'

/**
 * One connection to the broker and what came by it. Its answers are written to this connection or not at all: on
 * another one the same packet id may belong to another message.
 */
export class BrokerSession {
  readonly queue: AckQueue
  closed = false
  readonly #client: BrokerClient
  readonly #stream: BrokerClient['stream']
  #due = false

  constructor(client: BrokerClient, budget: Budget) {
    this.#client = client
    this.#stream = client.stream
    this.queue = new AckQueue(budget, () => this.#answerSoon())
  }

  close(): void {
    this.closed = true
    this.queue.close()
  }

  /** All answers that one acknowledgement of Kafka makes due go out in one write. */
  #answerSoon(): void {
    if (this.#due) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      if (this.closed || this.#client.stream !== this.#stream) return
      const answers = this.queue.takeAnswers()
      if (answers !== null) this.#stream.write(answers)
    })
  }
}

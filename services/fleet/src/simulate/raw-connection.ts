import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { generate } from 'mqtt-packet'
import { encodePublish, publishBound, type RawMessage } from './encode-publish.ts'
import { readAnswers } from './read-answers.ts'

export interface RawEvents {
  sent(count: number, again: number): void
  acknowledged(latencyMs: number, message: RawMessage): void
  connected(client: string): void
  lost(client: string, reason: string): void
}

export interface RawOptions {
  readonly host: string
  readonly port: number
  readonly clientId: string
  /** How many messages may be unacknowledged. */
  readonly window: number
  readonly events: RawEvents
}

interface Flying extends RawMessage {
  sentAt: number
  again: boolean
}

const RECONNECT_MS = 200

/**
 * One MQTT 3.1.1 connection that publishes with QoS 1 at little cost: many packets in one write, acknowledgements read
 * four bytes at a time. It connects again by itself and then sends what was not acknowledged first.
 */
export class RawConnection {
  readonly #options: RawOptions
  readonly #flying = new Map<number, Flying>()
  #waiting: Flying[] = []
  #socket: Socket | null = null
  #accepted = false
  #closed = false
  #id = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: RawOptions) {
    this.#options = options
    this.#connect()
  }

  /** Messages not yet acknowledged, those not yet sent included. */
  get outstanding(): number {
    return this.#waiting.length + this.#flying.size
  }

  /** Takes a message; `flush` sends it. */
  push(message: RawMessage): void {
    this.#waiting.push({ topic: message.topic, payload: message.payload, sentAt: 0, again: false })
  }

  /** Sends what the window allows, in one write. */
  flush(): void {
    const count = Math.min(this.#waiting.length, this.#options.window - this.#flying.size)
    if (count <= 0 || !this.#accepted || this.#socket === null) return
    const messages = this.#waiting.splice(0, count)
    const bytes = Buffer.allocUnsafe(messages.reduce((sum, message) => sum + publishBound(message), 0))
    const now = performance.now()
    let [end, repeated] = [0, 0]
    for (const message of messages) {
      const id = this.#freeId()
      end = encodePublish(bytes, end, message, id, message.again)
      if (message.again) repeated++
      message.sentAt = now
      this.#flying.set(id, message)
    }
    this.#socket.write(bytes.subarray(0, end))
    this.#options.events.sent(count - repeated, repeated)
  }

  /** Ends the connection; says goodbye if nothing is outstanding. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    if (this.outstanding === 0 && this.#accepted) this.#socket?.end(generate({ cmd: 'disconnect' }))
    else this.#socket?.destroy()
    this.#socket = null
  }

  #connect(): void {
    const { host, port, clientId, events } = this.#options
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    let reason = 'the connection was closed'
    const read = readAnswers({
      accepted: () => {
        this.#accepted = true
        events.connected(clientId)
        this.flush()
      },
      acknowledged: (id) => this.#acknowledged(id),
      broken: (why) => {
        reason = why
        socket.destroy()
      },
    })
    // No keepalive: this client has nothing to say when it has nothing to send.
    socket.on('connect', () =>
      socket.write(generate({ cmd: 'connect', clientId, clean: true, keepalive: 0, protocolId: 'MQTT', protocolVersion: 4 })),
    )
    socket.on('data', (bytes: Buffer) => {
      if (this.#socket === socket) read(bytes)
    })
    socket.on('error', (error) => {
      reason = error.message
    })
    socket.on('close', () => {
      if (this.#socket === socket) this.#lost(reason)
    })
  }

  #acknowledged(id: number): void {
    const message = this.#flying.get(id)
    if (message === undefined) return
    this.#flying.delete(id)
    this.#options.events.acknowledged(performance.now() - message.sentAt, message)
  }

  #lost(reason: string): void {
    this.#socket = null
    this.#accepted = false
    const again = [...this.#flying.values()]
    for (const message of again) message.again = true
    this.#waiting = [...again, ...this.#waiting]
    this.#flying.clear()
    if (this.#closed) return
    this.#options.events.lost(this.#options.clientId, reason)
    this.#timer = setTimeout(() => this.#connect(), RECONNECT_MS)
  }

  #freeId(): number {
    do this.#id = (this.#id % 65_535) + 1
    while (this.#flying.has(this.#id))
    return this.#id
  }
}

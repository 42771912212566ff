import { reasonOf } from '@commonstream/runtime/errors.ts'
import mqtt from 'mqtt'
import type { Send } from '../plan/plan.ts'

/** What a device tells about its messages and its connection. */
export interface DeviceEvents {
  /** Written to the connection; `again` if it had been before. */
  sent(send: Send, again: boolean): void
  acknowledged(send: Send): void
  connected(device: string): void
  /** The connection is gone or could not be made; another attempt follows. */
  lost(device: string, reason: string): void
}

export interface DeviceOptions {
  readonly id: string
  readonly clientId: string
  readonly url: string
  /** How many messages may be unacknowledged. */
  readonly window: number
  readonly random: () => number
  readonly events: DeviceEvents
}

interface Message {
  readonly send: Send
  tries: number
}

/** How long the other side may take to answer a goodbye. */
const GOODBYE_MS = 2_000
const BACK_OFF = { minMs: 200, maxMs: 5_000 }

/**
 * One sensor or gateway: an MQTT client (QoS 1) that keeps its messages until they are acknowledged. After a lost
 * connection it connects again and sends what was not acknowledged once more, in order, before anything newer.
 * Each connection is a client of its own: MQTT.js would send its store again one message at a time.
 */
export class Device {
  readonly #options: DeviceOptions
  readonly #waiting: Message[] = []
  readonly #flying = new Set<Message>()
  #client: mqtt.MqttClient | null = null
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #closed = false

  constructor(options: DeviceOptions) {
    this.#options = options
    this.#connect()
  }

  /** Takes a message; it is sent as soon as connection and window allow. */
  push(send: Send): void {
    this.#waiting.push({ send, tries: 0 })
    this.#pump()
  }

  /** Says goodbye and ends the connection; what is not acknowledged is dropped. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = null
    if (client === null) return
    if (!client.connected || this.#flying.size > 0) return void client.end(true)
    const force = setTimeout(() => client.end(true), GOODBYE_MS)
    await client.endAsync()
    clearTimeout(force)
  }

  #connect(): void {
    const { id, clientId, url, events } = this.#options
    const client = mqtt.connect(url, {
      clientId,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      keepalive: 30,
      protocolVersion: 4,
      resubscribe: false,
    })
    this.#client = client
    let reason = 'the connection was closed'
    client.on('connect', () => {
      if (this.#client !== client) return
      this.#failures = 0
      events.connected(id)
      this.#pump()
    })
    client.on('error', (error) => {
      reason = reasonOf(error)
      if (this.#client === client) this.#lost(reason)
    })
    client.on('close', () => {
      if (this.#client === client) this.#lost(reason)
    })
  }

  #pump(): void {
    const client = this.#client
    if (client === null || !client.connected) return
    while (this.#flying.size < this.#options.window) {
      const message = this.#waiting.shift()
      if (message === undefined) return
      this.#publish(client, message)
    }
  }

  #publish(client: mqtt.MqttClient, message: Message): void {
    const { send } = message
    const again = message.tries++ > 0
    this.#flying.add(message)
    client.publish(send.topic, send.payload, { qos: 1, dup: again }, (error) => {
      if (this.#client !== client) return
      if (error) return this.#lost(reasonOf(error))
      this.#flying.delete(message)
      this.#options.events.acknowledged(send)
      this.#pump()
    })
    this.#options.events.sent(send, again)
  }

  #lost(reason: string): void {
    const client = this.#client
    this.#client = null
    client?.end(true)
    this.#waiting.unshift(...this.#flying)
    this.#flying.clear()
    if (this.#closed) return
    this.#options.events.lost(this.#options.id, reason)
    const wait = Math.min(BACK_OFF.maxMs, BACK_OFF.minMs * 2 ** this.#failures++) * (0.5 + this.#options.random() / 2)
    this.#timer = setTimeout(() => this.#connect(), wait)
  }
}

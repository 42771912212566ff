import type { BrokerClient } from '@commonstream/bridge/subscribe/broker-client.ts'
import type { SimBroker } from './sim-broker.ts'
import type { Packet } from './sim-connection.ts'
import type { SimProcess } from './sim-process.ts'

const RECONNECT_MS = 1_000

interface Mark {
  readonly messageId: number
  readonly dup: boolean
  readonly retain: boolean
}

type Tell = {
  connect(connack: { readonly sessionPresent: boolean }): void
  close(): void
  error(error: Error): void
}

/** One connection of the bridge to the broker. */
export class BrokerLink {
  readonly #client: SimBrokerClient
  readonly #inbox: { readonly packet: Packet; readonly mark: Mark }[] = []
  #busy = false
  #open = true

  constructor(client: SimBrokerClient) {
    this.#client = client
  }

  get open(): boolean {
    return this.#open
  }

  /** A PUBLISH has arrived; packets are handed out one after the other, as MQTT.js does. */
  receive(packet: Packet, mark: Mark): void {
    if (!this.#open) return
    this.#client.process.after(0, () => {
      this.#inbox.push({ packet, mark })
      this.#handOut()
    })
  }

  write(bytes: Buffer): void {
    const ids = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt16BE(4 * i + 2))
    const { process, broker } = this.#client
    if (this.#open && process.alive) process.scheduler.after(5, () => broker.answered(this, ids))
  }

  /** The network ends it; the process hears of it, if it still can. */
  cut(): void {
    if (!this.#open) return
    this.close()
    this.#client.broker.detached(this)
    this.#client.process.after(0, () => this.#client.closed(this))
  }

  close(): void {
    this.#open = false
    this.#inbox.length = 0
  }

  #handOut(): void {
    const next = this.#busy || !this.#open ? undefined : this.#inbox.shift()
    if (next === undefined) return
    this.#busy = true
    this.#client.hand(next.packet, next.mark, () => {
      this.#busy = false
      this.#handOut()
    })
  }
}

export interface SimBrokerClientOptions {
  readonly process: SimProcess
  readonly broker: SimBroker
  readonly onConnected: (sessionPresent: boolean) => void
  /** Told what to do when the intake takes a payload. */
  readonly onTaken: (payload: Buffer, taken: () => void) => void
}

/** MQTT.js's client as the bridge's source uses it, on a simulated network. */
export class SimBrokerClient implements BrokerClient {
  readonly process: SimProcess
  readonly broker: SimBroker
  handleMessage: BrokerClient['handleMessage'] = () => undefined
  readonly #told: Partial<Tell> = {}
  readonly #o: SimBrokerClientOptions
  #link: BrokerLink | null = null
  #ended = false

  constructor(o: SimBrokerClientOptions) {
    const { process } = o
    this.process = process
    this.broker = o.broker
    this.#o = o
    process.after(5, () => this.#connect())
    process.onStill(() => {
      if (!process.alive) this.#link?.cut()
    })
  }

  get stream(): { write(bytes: Buffer): unknown } {
    return this.#link ?? NOWHERE
  }

  on<E extends keyof Tell>(event: E, tell: Tell[E]): this {
    this.#told[event] = tell
    return this
  }

  subscribe(filters: Readonly<Record<string, unknown>>, done: Parameters<BrokerClient['subscribe']>[1]): void {
    const link = this.#link
    this.process.after(10, () => {
      if (link === null || !link.open) return done(new Error('the connection is gone'))
      done(
        null,
        Object.keys(filters).map((topic) => ({ topic, qos: 1 })),
      )
      if (this.#isNew) this.broker.subscribed(link)
    })
  }

  #isNew = false

  async endAsync(): Promise<void> {
    this.#ended = true
    this.#link?.cut()
  }

  hand(packet: Packet, { messageId, dup, retain }: Mark, done: () => void): void {
    this.#o.onTaken(packet.payload, packet.onTaken)
    this.handleMessage({ cmd: 'publish', topic: packet.topic, payload: packet.payload, qos: 1, dup, retain, messageId }, done)
  }

  closed(link: BrokerLink): void {
    if (this.#link !== link) return
    this.#link = null
    this.#told.close?.()
    if (!this.#ended) this.process.after(RECONNECT_MS, () => this.#connect())
  }

  #connect(): void {
    if (this.#ended || this.#link !== null) return
    if (!this.broker.listening) {
      this.#told.close?.()
      this.process.after(RECONNECT_MS, () => this.#connect())
      return
    }
    const link = new BrokerLink(this)
    this.#link = link
    const sessionPresent = this.broker.attach(link)
    this.#isNew = !sessionPresent
    this.#told.connect?.({ sessionPresent })
    this.#o.onConnected(sessionPresent)
  }
}

const NOWHERE = { write: () => undefined }

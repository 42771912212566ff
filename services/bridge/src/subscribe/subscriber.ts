import { hash } from 'node:crypto'
import { type Log, type PartBoard, reasonOf, type Stop } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import mqtt, { type IClientOptions, type IPublishPacket } from 'mqtt'
import type { SourceCounters } from '../counters.ts'
import { filterOf } from '../decode/router.ts'
import type { Intake, Sender } from '../intake.ts'
import { LIMITS } from '../listen/limits.ts'
import type { Moment, Moments } from '../moments.ts'
import { Budget } from '../publish/budget.ts'
import type { Publisher } from '../publish/publisher.ts'
import type { Source } from '../source.ts'
import type { BrokerClient, ConnectBroker } from './broker-client.ts'
import { BrokerSession } from './broker-session.ts'

/** How long the broker keeps the session, and with it what it has for us, while we are away: a week. */
const SESSION_SECONDS = 7 * 86_400
const DRAIN_LIMIT_MS = 7_000

/** A callback with an error means to MQTT.js: no PUBACK now, go on with the next packet. */
const LATER = new Error('the PUBACK comes after Kafka')

export interface SubscriberOptions {
  readonly url: string
  readonly version: 4 | 5
  readonly bridge: string
  readonly streams: readonly Stream[]
  readonly intake: Intake
  readonly publisher: Publisher
  readonly moments: Moments
  readonly counters: SourceCounters
  readonly board: PartBoard
  readonly log: Log
  /** Whether this bridge had a session that the broker should still have. */
  readonly listenedBefore: boolean
  /** MQTT.js without. */
  readonly connect?: ConnectBroker
}

/**
 * The source `subscribe`: a client of the city's own broker with a persistent session. A PUBACK goes to the broker
 * after Kafka has the event, in receive order, and never on another connection than the message came by.
 */
export class Subscriber implements Source, Sender {
  readonly name = 'subscribe'
  /** The broker has decided who may publish what. */
  readonly user = null
  readonly budget = new Budget(LIMITS.allBytes, () => this.#goOn())
  listening = false
  readonly oldestHeld: Moment | null = null
  readonly #o: SubscriberOptions
  #session: BrokerSession | null = null
  #had: boolean
  #closing = false
  /** MQTT.js waits for this before it hands out the next packet. */
  #goOnWith: (() => void) | null = null

  constructor(o: SubscriberOptions) {
    this.#o = o
    this.#had = o.listenedBefore
  }

  async start(): Promise<Stop> {
    const connect: ConnectBroker = this.#o.connect ?? ((url, options) => mqtt.connect(url, options))
    const client = connect(this.#o.url, this.#options())
    this.#wait('connecting')
    client.handleMessage = (packet, done) => this.#take(packet, done)
    client.on('connect', (connack) => this.#connected(client, connack.sessionPresent))
    client.on('close', () => this.#lost('the broker is away'))
    client.on('error', (error) => this.#lost(reasonOf(error)))
    return () => this.#stop(client)
  }

  get details(): { connections: number; heldBytes: number; unacknowledgedBytes: number } {
    return { connections: this.listening ? 1 : 0, heldBytes: 0, unacknowledgedBytes: this.budget.bytes }
  }

  #options(): IClientOptions {
    return {
      clientId: `commonstream-${this.#o.bridge}`,
      clean: false,
      protocolVersion: this.#o.version,
      reconnectPeriod: 1_000,
      connectTimeout: 10_000,
      // We subscribe ourselves at every connect, and wait for the broker's word.
      resubscribe: false,
      ...(this.#o.version === 5 && { properties: { receiveMaximum: LIMITS.messages, sessionExpiryInterval: SESSION_SECONDS } }),
    }
  }

  #connected(client: BrokerClient, sessionPresent: boolean): void {
    if (this.#had && !sessionPresent) {
      this.#o.counters.sessionsLost++
      this.#o.log.error('the broker has forgotten the session: what it held for this bridge is lost')
    }
    this.#had = true
    const session = new BrokerSession(client, this.budget)
    this.#session = session
    // Retained messages once per subscription, and marked as such only then: `rap` would mark live ones too.
    const filters = Object.fromEntries(this.#o.streams.map((s) => [filterOf(s), { qos: 1 as const, rh: 1, rap: false }]))
    client.subscribe(filters, (error, granted) => {
      if (session.closed) return
      const refused = (granted ?? []).filter((g) => g.qos >= 128).map((g) => g.topic)
      if (error || refused.length > 0) return this.#wait(error ? reasonOf(error) : `the broker refuses ${refused.join(', ')}`)
      this.listening = true
      this.#o.board.set(this.name, 'ready')
      this.#o.log.info({ sessionPresent, filters: Object.keys(filters) }, 'subscribed at the broker')
    })
  }

  #lost(reason: string): void {
    this.#session?.close()
    this.#session = null
    this.#goOn()
    if (!this.#closing) this.#wait(reason)
  }

  #wait(reason: string): void {
    this.listening = false
    this.#o.board.set(this.name, 'waiting', reason)
  }

  #take(packet: IPublishPacket, done: (error?: Error) => void): void {
    const session = this.#session
    // What comes while stopping is left to the broker, which has no answer and sends it again.
    if (session === null || this.#closing) return done(LATER)
    const { counters, intake, moments } = this.#o
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload)
    const entry = session.queue.add(packet.messageId ?? 0, packet.qos === 0 ? 0 : 1, payload.length)
    if (packet.qos === 0) counters.qos0++
    if (packet.retain) {
      counters.stateDeliveries++
      entry.settle()
    } else if (payload.length > LIMITS.packetBytes) {
      const message = { topic: packet.topic, length: payload.length, sha256: hash('sha256', payload, 'hex') }
      session.queue.charge(entry, intake.tooLarge(message, this, entry, moments.now()))
    } else session.queue.charge(entry, intake.take(packet.topic, payload, this, entry, moments.now()))
    const goOn = () => (packet.qos === 0 ? done() : done(LATER))
    if (!this.budget.full) return goOn()
    counters.pauses++
    this.#goOnWith = goOn
  }

  #goOn(): void {
    const goOn = this.#goOnWith
    this.#goOnWith = null
    if (goOn !== null) setImmediate(goOn)
  }

  async #stop(client: BrokerClient): Promise<void> {
    this.#closing = true
    this.listening = false
    if (!(await this.#o.publisher.drained(DRAIN_LIMIT_MS)))
      this.#o.log.warn('Kafka did not acknowledge in time; the broker will send again what was not answered')
    await new Promise((resolve) => setImmediate(resolve))
    this.#session?.close()
    await client.endAsync()
  }
}

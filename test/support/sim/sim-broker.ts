import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { BrokerLink } from './sim-broker-client.ts'
import type { Packet, SensorConnection, SensorHost } from './sim-connection.ts'

/** The bridge's receive maximum, little for there to be some pressure. */
const MOST_IN_FLIGHT = 40

/** A message that the bridge has not acknowledged. */
interface Kept {
  readonly messageId: number
  readonly packet: Packet
  /** The state of a new subscription, and no news. */
  readonly retain: boolean
  /** The connection by which it was delivered last. */
  link: BrokerLink | null
}

export interface SimBrokerOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  /** What it keeps as the last word of a sensor, from long before. */
  readonly retained: { readonly topic: string; readonly payload: Buffer }
  /** Told of each time in which the bridge was not connected, once it is again. */
  readonly onBack: (from: number, to: number) => void
}

/**
 * The city's own broker: acknowledges what sensors publish at once, and keeps it for the one session of its bridge until
 * that acknowledges it. On a new connection of the session it delivers again; it may forget the session.
 */
export class SimBroker implements SensorHost {
  listening = true
  readonly #o: SimBrokerOptions
  readonly #sensors = new Set<BrokerConnection>()
  /** What is not acknowledged, in order; null: there is no session. */
  #session: Kept[] | null = null
  #link: BrokerLink | null = null
  #awaySince: number
  #lastId = 0
  /** Over the wire: in order, some ms later. */
  #last = 0

  constructor(o: SimBrokerOptions) {
    this.#o = o
    this.#awaySince = o.scheduler.now
  }

  /** Nothing waits for the bridge. */
  get delivered(): boolean {
    return (this.#session?.length ?? 0) === 0
  }

  connect(onAnswer: (messages: number) => void, onClosed: () => void): SensorConnection {
    const connection = new BrokerConnection(
      (packet) => {
        this.#keep(packet)
        onAnswer(1)
      },
      () => {
        this.#sensors.delete(connection)
        onClosed()
      },
    )
    this.#sensors.add(connection)
    return connection
  }

  /** The bridge connects. Returns whether its session is still there; what waits in it comes next, marked as repeated. */
  attach(link: BrokerLink): boolean {
    const present = this.#session !== null
    this.#session ??= []
    this.#link = link
    this.#o.onBack(this.#awaySince, this.#o.scheduler.now)
    this.#deliver()
    return present
  }

  /** The bridge subscribes: what is retained is its state, once per new subscription. */
  subscribed(link: BrokerLink): void {
    if (link !== this.#link) return
    const nothing = () => undefined
    const { topic, payload } = this.#o.retained
    this.#add({ id: 0, topic, payload, onTaken: nothing, onForgotten: nothing }, true)
  }

  /** PUBACKs of the bridge. */
  answered(link: BrokerLink, messageIds: readonly number[]): void {
    if (link !== this.#link || this.#session === null) return
    const answered = new Set(messageIds)
    this.#session = this.#session.filter(({ messageId }) => !answered.has(messageId))
    this.#deliver()
  }

  /** The bridge's connection is gone: cut, or its process is. */
  detached(link: BrokerLink): void {
    if (link !== this.#link) return
    this.#link = null
    this.#awaySince = this.#o.scheduler.now
  }

  cutBridge(): void {
    this.#link?.cut()
  }

  /** Nobody is listened to for a while. @param forgets it comes back without the session, and what that held */
  away(ms: number, forgets: boolean): void {
    if (!this.listening) return
    this.listening = false
    this.cutBridge()
    for (const connection of [...this.#sensors]) connection.close()
    if (forgets) {
      for (const { packet } of this.#session ?? []) packet.onForgotten()
      this.#session = null
    }
    this.#o.scheduler.after(ms, () => void (this.listening = true), true)
  }

  #keep(packet: Packet): void {
    // Without a session nobody has subscribed: the broker takes it, and forgets it.
    if (this.#session === null) packet.onForgotten()
    else this.#add(packet)
  }

  #add(packet: Packet, retain = false): void {
    this.#lastId = (this.#lastId % 65_535) + 1
    ;(this.#session as Kept[]).push({ messageId: this.#lastId, packet, retain, link: null })
    this.#deliver()
  }

  /** Delivers what the connection at hand has not had, as far as its receive maximum allows. */
  #deliver(): void {
    const link = this.#link
    if (link === null) return
    for (const kept of (this.#session ?? []).slice(0, MOST_IN_FLIGHT)) {
      if (kept.link === link) continue
      this.#send(link, kept, kept.link !== null)
      kept.link = link
    }
  }

  #send(link: BrokerLink, { messageId, packet, retain }: Kept, dup: boolean): void {
    const { scheduler, random } = this.#o
    this.#last = Math.max(this.#last, scheduler.now + random.int(1, 30))
    scheduler.after(this.#last - scheduler.now, () => link.receive(packet, { messageId, dup, retain }))
  }
}

class BrokerConnection implements SensorConnection {
  readonly #onPublish: (packet: Packet) => void
  readonly #onClosed: () => void
  #closed = false

  constructor(onPublish: (packet: Packet) => void, onClosed: () => void) {
    this.#onPublish = onPublish
    this.#onClosed = onClosed
  }

  receive(packet: Packet): void {
    if (!this.#closed) this.#onPublish(packet)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#onClosed()
  }
}

import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { CityError, type Log, type Stop } from '@commonstream/runtime'
import type { SourceCounters } from '../counters.ts'
import type { Intake } from '../intake.ts'
import type { Moment, Moments } from '../moments.ts'
import { Budget } from '../publish/budget.ts'
import type { Publisher } from '../publish/publisher.ts'
import type { Source } from '../source.ts'
import { CODE } from './answers.ts'
import type { Authenticate } from './authenticate.ts'
import { Connection, type Endpoint } from './connection.ts'
import { LIMITS } from './limits.ts'

const WATCH_MS = 1_000
/** How long a stop waits for Kafka before it leaves the rest unanswered. */
const DRAIN_LIMIT_MS = 7_000
const FAREWELL_LIMIT_MS = 1_500

export interface ListenerOptions {
  readonly host: string
  readonly port: number
  readonly authenticate: Authenticate
  readonly intake: Intake
  readonly publisher: Publisher
  readonly moments: Moments
  readonly counters: SourceCounters
  readonly log: Log
  /** Memory of everything unacknowledged; 64 MB unless given. */
  readonly allBytes?: number
}

/** The source `listen`: an MQTT endpoint (3.1.1 and 5) to which sensors publish and from which nothing is read. */
export class Listener implements Source, Endpoint {
  readonly name = 'listen'
  readonly intake: Intake
  readonly moments: Moments
  readonly counters: SourceCounters
  readonly authenticate: Authenticate
  readonly holdings = { bytes: 0 }
  readonly budget: Budget
  listening = false
  readonly #o: ListenerOptions
  readonly #connections = new Set<Connection>()
  readonly #clients = new Map<string, Connection>()
  #due: Connection[] = []

  constructor(o: ListenerOptions) {
    this.#o = o
    this.budget = new Budget(o.allBytes ?? LIMITS.allBytes, () => this.#resumeAll())
    this.intake = o.intake
    this.moments = o.moments
    this.counters = o.counters
    this.authenticate = o.authenticate
  }

  async start(): Promise<Stop> {
    const { host, port, log } = this.#o
    const server = createServer({ highWaterMark: 64 * 1024 }, (socket) => {
      this.counters.connections++
      this.#connections.add(new Connection(socket, this))
    })
    server.maxConnections = LIMITS.connections
    server.on('drop', () => this.counters.turnedAway++)
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(new CityError('MQTT_PORT', `The MQTT endpoint cannot listen on ${host}:${port}`, { sort: 'world', cause })),
      )
      server.listen({ host, port, backlog: 1_024 }, resolve)
    })
    // After the sockets were read: where this process stood still, what has waited in them counts as heard.
    const watch = setInterval(() => setImmediate(() => this.#watch()), WATCH_MS)
    this.listening = true
    log.info({ host, port }, 'listening for MQTT')
    return async () => {
      clearInterval(watch)
      await this.#stop(server)
    }
  }

  get oldestHeld(): Moment | null {
    let oldest: Moment | null = null
    for (const { wire } of this.#connections) {
      const held = wire.inbox.blocked ? wire.inbox.oldest : null
      if (held !== null && (oldest === null || held.steady < oldest.steady)) oldest = held
    }
    return oldest
  }

  get details(): { connections: number; heldBytes: number; unacknowledgedBytes: number } {
    return { connections: this.#connections.size, heldBytes: this.holdings.bytes, unacknowledgedBytes: this.budget.bytes }
  }

  newClientId(): string {
    return `auto-${randomBytes(12).toString('base64url')}`
  }

  admitted(connection: Connection): void {
    const identity = connection.identity as string
    const before = this.#clients.get(identity)
    if (before !== undefined) {
      this.counters.takenOver++
      before.close(CODE.takenOver)
    }
    this.#clients.set(identity, connection)
  }

  /** All answers that one acknowledgement of Kafka makes due go out together, one write per connection. */
  due(connection: Connection): void {
    if (connection.due) return
    connection.due = true
    if (this.#due.push(connection) === 1) {
      queueMicrotask(() => {
        const due = this.#due
        this.#due = []
        for (const one of due) one.answer()
      })
    }
  }

  left(connection: Connection): void {
    this.#connections.delete(connection)
    const { identity } = connection
    if (identity !== null && this.#clients.get(identity) === connection) this.#clients.delete(identity)
  }

  #watch(): void {
    const now = this.moments.now()
    for (const connection of this.#connections) connection.watch(now)
  }

  #resumeAll(): void {
    // Not at once: this is called in the middle of settling a batch.
    setImmediate(() => {
      for (const connection of this.#connections) connection.resume()
    })
  }

  /** Takes nothing more, answers what Kafka acknowledges in time, and hangs up. */
  async #stop(server: Server): Promise<void> {
    this.listening = false
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of this.#connections) connection.wire.stopReading()
    const drained = await this.#o.publisher.drained(DRAIN_LIMIT_MS)
    if (!drained) this.#o.log.warn('Kafka did not acknowledge in time; the clients will send again what was not answered')
    // The last batch's answers are written in a microtask of its own.
    await new Promise((resolve) => setImmediate(resolve))
    for (const connection of this.#connections) connection.close(CODE.shuttingDown)
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, FAREWELL_LIMIT_MS).unref())])
  }
}

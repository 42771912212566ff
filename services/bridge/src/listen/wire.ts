import type { Socket } from 'node:net'
import type { SourceCounters } from '../counters.ts'
import type { Moment, Moments } from '../moments.ts'
import type { Budget } from '../publish/budget.ts'
import { CODE, PINGRESP } from './answers.ts'
import { Inbox, type PacketTaker } from './inbox.ts'
import { LIMITS } from './limits.ts'

/** What all connections of an endpoint share. */
export interface Shared {
  readonly moments: Moments
  readonly budget: Budget
  readonly counters: SourceCounters
  /** Bytes that all inboxes hold together. */
  readonly holdings: { bytes: number }
}

/** How long a client may take to read our last words. */
const FAREWELL_MS = 2_000

/**
 * A connection's socket and inbox: when it is read, and how long it may be silent. A socket is paused only when its
 * inbox is full of what has to wait; until then it is read on, so that a PINGREQ is seen and answered.
 */
export class Wire {
  readonly inbox: Inbox
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #taker: PacketTaker
  #heard: Moment
  #ponged: number
  #held = 0
  #blocked = false
  #paused = false
  #ended = false
  #piledUp = false

  constructor(socket: Socket, shared: Shared, taker: PacketTaker, onGone: () => void) {
    this.#socket = socket
    this.#shared = shared
    this.#taker = taker
    this.inbox = new Inbox(taker)
    this.#heard = shared.moments.now()
    this.#ponged = this.#heard.steady
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#onData(chunk as Buffer))
    const gone = () => {
      this.#drop()
      onGone()
    }
    socket.on('close', gone)
    // What went wrong with a socket matters to nobody: it closes, and the client connects again.
    socket.on('error', gone)
  }

  /** A client that lets its answers pile up is cut off. */
  write(bytes: Buffer): void {
    this.#socket.write(bytes)
    // Once: the last words of a connection come this way too.
    if (this.#piledUp || this.#socket.writableLength <= LIMITS.unreadBytes) return
    this.#piledUp = true
    this.#taker.fault(CODE.quotaExceeded)
  }

  /** Gives the taker all there is room for, and reads on if what is left fits. */
  take(): void {
    if (this.#ended) return
    this.inbox.drain()
    this.#settle()
  }

  /** Reads nothing more; answers are still written. */
  stopReading(): void {
    this.#ended = true
    this.#socket.pause()
  }

  /** Sends what is written and ends. */
  hangUp(): void {
    this.#drop()
    this.#socket.destroySoon()
    setTimeout(() => this.#socket.destroy(), FAREWELL_MS).unref()
  }

  /** Whether the client has been silent, of its own will, for longer than so many ms. */
  silentFor(ms: number, now: Moment): boolean {
    return !this.inbox.blocked && !this.#paused && now.steady - this.#heard.steady > ms
  }

  /** Whether a packet was begun and not finished in time. */
  isStalled(now: Moment): boolean {
    const since = this.inbox.blocked ? null : this.inbox.oldest
    return since !== null && now.steady - since.steady > LIMITS.packetMs
  }

  /**
   * A sign of life, at least every `everyMs`, to a client that we do not read from: its PINGREQ may lie unread behind
   * what has to wait. Clients take an answer too many for nothing, and none at all for our death.
   */
  reassure(everyMs: number, now: Moment): void {
    if (this.#paused && now.steady - this.#ponged >= everyMs) this.pong()
  }

  pong(): void {
    this.#ponged = this.#shared.moments.now().steady
    this.write(PINGRESP)
  }

  #onData(chunk: Buffer): void {
    if (this.#ended) return
    this.#heard = this.#shared.moments.now()
    this.inbox.push(chunk, this.#heard)
    if (!this.inbox.blocked) this.inbox.drain()
    this.#settle()
  }

  /** Decides, after the inbox has changed, whether the socket is read on. */
  #settle(): void {
    if (this.#ended) return
    const { inbox } = this
    const { holdings, budget, counters } = this.#shared
    if (inbox.blocked && !this.#blocked) counters.pauses++
    this.#blocked = inbox.blocked
    holdings.bytes += inbox.held - this.#held
    this.#held = inbox.held
    const crowded = holdings.bytes > LIMITS.allHeldBytes
    if (crowded && !inbox.blocked && inbox.held > 0) return this.#taker.fault(CODE.quotaExceeded)
    const pause = inbox.blocked && (crowded || inbox.held >= LIMITS.heldBytes || budget.full)
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.#socket.pause()
    else {
      this.#heard = this.#shared.moments.now()
      this.#socket.resume()
    }
  }

  #drop(): void {
    this.#ended = true
    this.inbox.clear()
    this.#shared.holdings.bytes -= this.#held
    this.#held = 0
  }
}

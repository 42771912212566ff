import type { Moment } from '../moments.ts'
import { CODE, type Code } from './answers.ts'
import { Frame, MALFORMED, PARTIAL, TYPE, WHOLE } from './frame.ts'
import { LIMITS } from './limits.ts'
import { Oversize, type PassedBy } from './oversize.ts'

/** Who takes an inbox's packets. */
export interface PacketTaker {
  /** False when the connection is over: nothing more is taken. */
  readonly open: boolean
  /** The MQTT version once the client has connected, else 0. */
  readonly version: number
  /** Whether there is room for this PUBLISH; if not it stays in the inbox, and everything behind it. */
  admits(frame: Frame): boolean
  packet(bytes: Buffer, frame: Frame, received: Moment): void
  /** A PUBLISH that was too large went past. */
  passed(message: PassedBy, received: Moment): void
  /** A PINGREQ stands behind a PUBLISH that has to wait: it is answered at once. */
  pingAhead(): void
  fault(code: Code): void
}

/** More arrival times than this are merged, to the earlier one. */
const MOST_MARKS = 16
const EMPTY = Buffer.alloc(0)

/**
 * The bytes of one connection that are read but not taken. Judges every packet by its fixed header before holding it,
 * lets too large ones go past, stops before a PUBLISH that there is no room for, and looks behind it for PINGREQs.
 */
export class Inbox {
  readonly #taker: PacketTaker
  readonly #frame = new Frame()
  readonly #ahead = new Frame()
  #bytes: Buffer = EMPTY
  /** When the bytes up to `end` arrived. */
  #marks: { end: number; moment: Moment }[] = []
  #oversize: Oversize | null = null
  #scanned = 0
  #pingsAhead = 0
  /** Whether a PUBLISH stands at the front and waits for room. */
  blocked = false

  constructor(taker: PacketTaker) {
    this.#taker = taker
  }

  get held(): number {
    return this.#bytes.length
  }

  /** When the oldest byte that is held arrived; null where none is. */
  get oldest(): Moment | null {
    return this.#marks[0]?.moment ?? null
  }

  push(chunk: Buffer, received: Moment): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const last = this.#marks.at(-1)
    if (last !== undefined && this.#marks.length >= MOST_MARKS) last.end = this.#bytes.length
    else this.#marks.push({ end: this.#bytes.length, moment: received })
    if (this.blocked) this.#lookAhead()
  }

  /** Gives the taker all there is room for. */
  drain(): void {
    this.blocked = false
    const taken = this.#take()
    if (taken > 0) this.#forget(taken)
    if (this.blocked) this.#lookAhead()
  }

  clear(): void {
    this.#bytes = EMPTY
    this.#marks = []
    this.blocked = false
  }

  /** Returns how many bytes are done with. */
  #take(): number {
    const bytes = this.#bytes
    const frame = this.#frame
    let pos = 0
    while (pos < bytes.length && this.#taker.open) {
      if (this.#oversize !== null) {
        pos = this.#letPass(this.#oversize, pos)
        continue
      }
      const state = frame.read(bytes, pos)
      if (state === MALFORMED || (this.#taker.version === 0 && frame.type !== TYPE.CONNECT)) {
        this.#taker.fault(CODE.malformed)
        break
      }
      if (frame.end === 0) break
      const large = frame.length > (frame.type === TYPE.PUBLISH ? LIMITS.packetBytes : LIMITS.controlBytes)
      if (state === PARTIAL && !large) break
      if (frame.type === TYPE.PUBLISH && !this.#taker.admits(frame)) {
        this.blocked = true
        break
      }
      if (large) {
        this.#beginOversize(frame)
        pos = frame.body
        continue
      }
      if (frame.type === TYPE.PINGREQ && this.#pingsAhead > 0) this.#pingsAhead--
      else this.#taker.packet(bytes, frame, this.#momentOf(frame.end))
      pos = frame.end
    }
    return pos
  }

  #beginOversize(frame: Frame): void {
    if (frame.type !== TYPE.PUBLISH || this.#taker.version === 0) this.#taker.fault(CODE.packetTooLarge)
    else this.#oversize = new Oversize(frame, this.#taker.version)
  }

  #letPass(oversize: Oversize, pos: number): number {
    const end = oversize.feed(this.#bytes, pos)
    if (oversize.malformed) this.#taker.fault(CODE.malformed)
    else if (oversize.passed !== null) {
      this.#oversize = null
      this.#taker.passed(oversize.passed, this.#momentOf(end))
    }
    return end
  }

  #momentOf(end: number): Moment {
    for (const mark of this.#marks) if (mark.end >= end) return mark.moment
    return (this.#marks.at(-1) as { moment: Moment }).moment
  }

  #forget(taken: number): void {
    const rest = this.#bytes.subarray(taken)
    // A short rest is copied, or it would keep the whole chunk that it came in.
    this.#bytes = rest.length === 0 ? EMPTY : rest.length < taken ? Buffer.from(rest) : rest
    this.#scanned = Math.max(0, this.#scanned - taken)
    if (rest.length === 0) this.#marks = []
    else this.#marks = this.#marks.filter((m) => m.end > taken).map(({ end, moment }) => ({ end: end - taken, moment }))
  }

  /** Answers the PINGREQs that stand behind what waits, so that a full window does not look like a dead bridge. */
  #lookAhead(): void {
    const frame = this.#ahead
    while (this.#scanned < this.#bytes.length && frame.read(this.#bytes, this.#scanned) === WHOLE) {
      this.#scanned = frame.end
      if (frame.type !== TYPE.PINGREQ) continue
      this.#pingsAhead++
      this.#taker.pingAhead()
    }
  }
}

import type { Log, Part, PartBoard, Stop } from '@commonstream/runtime'
import { reasonOf } from '@commonstream/runtime'
import { eventsTopic, type Stream } from '@commonstream/schemas'
import type { Moment, Moments } from '../moments.ts'
import type { Publisher } from '../publish/publisher.ts'
import type { Receipt } from '../publish/receipt.ts'
import type { Source } from '../source.ts'
import { machineTimers, type Timers } from '../timers.ts'
import type { Hearing } from './hearing.ts'
import type { ListenedFile } from './listened-file.ts'
import type { TickPace } from './tick-pace.ts'
import { asOf, beginTicks, observe, type TickState, type TickView } from './tick-state.ts'

/** Kafka is called away when it acknowledges nothing for so long. */
const AWAY_MS = 3_000
const LONGEST_POLL_MS = 500
/** How often the memory of having listened is renewed. */
const NOTE_MS = 10_000

export interface TickerOptions {
  readonly bridge: string
  readonly streams: readonly Stream[]
  readonly publisher: Publisher
  readonly source: Source
  /** How the streams' feeds are heard, where they have some. */
  readonly polls?: { of(stream: Stream): Hearing | null }
  readonly moments: Moments
  readonly pace: TickPace
  readonly file: Pick<ListenedFile, 'note'>
  /** Whether this bridge had listened before it started. */
  readonly listenedBefore: boolean
  readonly real: () => number
  readonly board: PartBoard
  readonly log: Log
  readonly timers?: Timers
}

/** Says in every partition of the bridge's streams how far time is, and on the board whether Kafka acknowledges. */
export class Ticker implements Part {
  readonly name = 'ticks'
  /** The last tick: what it said, and when (epoch ms of the machine). */
  lastTick: { readonly asOf: number; readonly at: number } | null = null
  readonly #o: TickerOptions
  #state: TickState
  /** The same of each stream whose feed is polled. */
  readonly #polled = new Map<Stream, { readonly hearing: Hearing; state: TickState }>()
  #outstanding = false
  #dueAt = Number.NEGATIVE_INFINITY
  #notedAt = Number.NEGATIVE_INFINITY

  constructor(o: TickerOptions) {
    this.#o = o
    this.#state = beginTicks(o.moments.clock(), true)
  }

  async start(): Promise<Stop> {
    const { moments, pace, listenedBefore, streams, polls } = this.#o
    this.#state = beginTicks(moments.clock(), !listenedBefore)
    for (const stream of streams) {
      const hearing = polls?.of(stream) ?? null
      if (hearing !== null) this.#polled.set(stream, { hearing, state: this.#state })
    }
    const every = Math.min(pace.everyMs, pace.stallMs / 2, LONGEST_POLL_MS)
    const end = (this.#o.timers ?? machineTimers).every(every, () => this.#look())
    return async () => {
      end()
      await this.#o.file.note(this.#o.real())
    }
  }

  /** Until when (epoch ms of the machine) a stream waits for what its sensors held back; null when it does not. */
  catchUpUntil(stream: Stream): number | null {
    const interrupted = Math.max(this.#state.interrupted, this.#polled.get(stream)?.state.interrupted ?? Number.NEGATIVE_INFINITY)
    const left = interrupted + this.#o.pace.catchUpMs(stream.time.catchUpMs) - this.#o.moments.clock().steady
    return left > 0 ? this.#o.real() + left : null
  }

  #look(): void {
    const { publisher, source, moments, pace } = this.#o
    const now = moments.clock()
    const oldest = earlier(publisher.oldest, source.oldestHeld)
    const view: TickView = { now, listening: source.listening, oldest, longestWait: publisher.takeLongestWait() }
    this.#state = observe(this.#state, view, pace.stallMs)
    for (const polled of this.#polled.values()) polled.state = observe(polled.state, feedView(polled.hearing, now), pace.stallMs)
    this.#report(view)
    if (source.listening && now.steady - this.#notedAt >= NOTE_MS) this.#note(now)
    if (now.steady < this.#dueAt || this.#outstanding) return
    this.#tick(view)
  }

  #tick(view: TickView): void {
    const { streams, pace, moments, real } = this.#o
    const receipt: Receipt = { pending: 0, settle: () => void (this.#outstanding = false) }
    for (const stream of streams) {
      const instant = this.#asOf(stream, view)
      if (instant === null) continue
      this.#send(stream, instant, receipt, view.now)
      moments.promise(instant)
      this.lastTick = { asOf: instant, at: real() }
    }
    if (receipt.pending === 0) return
    this.#outstanding = true
    // Counted from when it was due, not from now, or every tick would come a poll later than the last.
    const { steady } = view.now
    this.#dueAt = (steady - this.#dueAt < pace.everyMs ? this.#dueAt : steady) + pace.everyMs
  }

  /** Of a polled stream a tick says no more than the last poll heard: what its feed shows since, only the next one tells. */
  #asOf(stream: Stream, view: TickView): number | null {
    const catchUpMs = this.#o.pace.catchUpMs(stream.time.catchUpMs)
    const instant = asOf(this.#state, view, catchUpMs)
    const polled = this.#polled.get(stream)
    if (instant === null || polled === undefined) return instant
    const { hearing, state } = polled
    const feed = asOf(state, feedView(hearing, view.now), catchUpMs)
    return feed === null || hearing.heard === null ? null : Math.min(instant, hearing.heard.city)
  }

  #send(stream: Stream, instant: number, receipt: Receipt, now: Moment): void {
    const headers = { kind: 'tick', bridge: this.#o.bridge, asOf: String(instant) }
    for (let partition = 0; partition < stream.partitions; partition++) {
      this.#o.publisher.lane(eventsTopic(stream.name), partition).add({ key: null, value: null, partition, headers }, 0, receipt, now)
    }
  }

  #report({ now, oldest }: TickView): void {
    const { publisher, board } = this.#o
    const { trouble } = publisher
    const waited = oldest === null ? 0 : now.steady - oldest.steady
    if (trouble === null && waited <= AWAY_MS) board.set('kafka', 'ready')
    else
      board.set(
        'kafka',
        'waiting',
        trouble === null
          ? `nothing acknowledged for ${Math.round(waited / 1_000)} s`
          : `${trouble.topic}/${trouble.partition}: ${reasonOf(trouble.reason)}`,
      )
  }

  #note(now: Moment): void {
    this.#notedAt = now.steady
    // What a restart needs to know stands there since the start; this only renews the date for a person.
    this.#o.file
      .note(this.#o.real())
      .catch((error: unknown) => this.#o.log.warn({ reason: reasonOf(error) }, 'cannot note that this bridge listens'))
  }
}

/** A feed that does not answer is a source that cannot be reached. */
function feedView({ hears }: Hearing, now: Moment): TickView {
  return { now, listening: hears, oldest: null, longestWait: 0 }
}

function earlier(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a ?? b
  return a.steady <= b.steady ? a : b
}

import { type Log, reasonOf } from '@commonstream/runtime'
import type { HttpSource, Stream } from '@commonstream/schemas'
import type { StreamCounters } from '../counters.ts'
import { Refusal } from '../decode/refusal.ts'
import type { Intake } from '../intake.ts'
import type { Moment, Moments } from '../moments.ts'
import type { Receipt } from '../publish/receipt.ts'
import type { Hearing } from '../tick/hearing.ts'
import type { Timers } from '../timers.ts'
import type { Answer } from './answer.ts'
import { ask, type Request } from './ask.ts'
import { feedRestsMs } from './feed-times.ts'
import { nextWait } from './next-wait.ts'
import { isPage } from './page.ts'
import { NO_VALIDATORS, type PollFile, type PollMemory } from './poll-file.ts'
import { Repeats } from './repeats.ts'

export interface StreamPollOptions {
  readonly stream: Stream
  readonly http: HttpSource
  /** The feed's address and headers with the secrets in them. */
  readonly request: Pick<Request, 'url' | 'headers' | 'mayAsk'>
  readonly intake: Intake
  readonly counters: StreamCounters
  readonly moments: Moments
  readonly file: PollFile
  /** City milliseconds per machine millisecond. */
  readonly speed: number
  readonly real: () => number
  readonly random: () => number
  readonly timers: Timers
  readonly log: Log
  /** Told when `trouble` is another. */
  readonly changed: () => void
}

/** What an answer came to: null where it was taken, else why not. */
type Fault = { readonly outcome: 'refused' | 'failed'; readonly reason: string; readonly retryAfterMs: number | null }

/**
 * Polls one stream's feed, one request at a time, for as long as it runs. What an answer holds goes the way of every
 * message; the next request waits until Kafka has it, and only then is the feed remembered as read so far.
 */
export class StreamPoll implements Hearing {
  hears = true
  heard: Moment | null = null
  /** Why the last poll came to nothing; null where it did not. */
  trouble: string | null = null
  readonly #o: StreamPollOptions
  #memory: PollMemory
  #failures = 0
  #restsMs = 0

  constructor(o: StreamPollOptions) {
    this.#o = o
    this.#memory = { url: o.http.url, validators: NO_VALIDATORS, held: [], nextAt: 0 }
  }

  /** Polls until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    this.#memory = await this.#o.file.read()
    const first = Math.min(this.#memory.nextAt - this.#o.real(), this.#everyMs)
    await this.#sleep(Math.max(0, first), signal)
    while (!signal.aborted) await this.#sleep(await this.#once(signal), signal)
  }

  get #everyMs(): number {
    return this.#o.http.everyMs / this.#o.speed
  }

  /** One poll; how long to wait for the next. */
  async #once(signal: AbortSignal): Promise<number> {
    const { stream, intake, moments, counters, log } = this.#o
    const began = moments.clock()
    const shut = intake.shut(stream, began.city)
    // What may not be taken in is not fetched either.
    const fault = shut === null ? await this.#poll(began, signal) : { outcome: 'refused' as const, reason: shut.detail, retryAfterMs: null }
    if (signal.aborted) return 0
    this.#failures = fault === null || shut !== null ? 0 : this.#failures + 1
    this.hears = fault === null
    if (fault !== null && shut === null) counters.polls[fault.outcome]++
    if (fault !== null && fault.reason !== this.trouble) log.warn({ stream: stream.name, reason: fault.reason }, 'the feed gives nothing')
    if (fault === null && this.trouble !== null) log.info({ stream: stream.name }, 'the feed gives readings again')
    const trouble = fault?.reason ?? null
    const changed = trouble !== this.trouble
    this.trouble = trouble
    if (changed) this.#o.changed()
    const wait = nextWait({
      everyMs: this.#everyMs,
      elapsedMs: moments.clock().steady - began.steady,
      failures: this.#failures,
      retryAfterMs: fault?.retryAfterMs ?? null,
      notBeforeMs: fault === null ? this.#restsMs / this.#o.speed : 0,
      random: this.#o.random(),
    })
    if (shut === null) await this.#remember({ ...this.#memory, nextAt: this.#o.real() + wait })
    return wait
  }

  async #poll(began: Moment, signal: AbortSignal): Promise<Fault | null> {
    const { http, request, moments, counters, real } = this.#o
    const { validators } = this.#memory
    this.#restsMs = 0
    const answer = await ask({ ...request, validators, timeoutMs: http.timeoutMs, mostBytes: http.bytes, real, signal })
    if (answer.kind === 'failed') return { outcome: 'failed', ...answer }
    if (answer.kind === 'unmodified') counters.polls.unmodified++
    else {
      const reason = await this.#take(answer, moments.now(), signal)
      if (reason !== null) return { outcome: 'refused', reason, retryAfterMs: null }
      counters.polls.taken++
    }
    this.heard = began
    return null
  }

  /** Takes what a feed answered and waits until Kafka has it; why it is no data, or null. */
  async #take(answer: Extract<Answer, { kind: 'body' | 'too_large' }>, received: Moment, signal: AbortSignal): Promise<string | null> {
    const { stream, intake } = this.#o
    const repeats = new Repeats(this.#memory.held)
    const safe = Promise.withResolvers<void>()
    const receipt: Receipt = { pending: 0, settle: () => safe.resolve() }
    const refusal = refusalOf(answer)
    let reason: string | null = null
    if (refusal !== null) {
      const whole =
        answer.kind === 'body' ? { bytes: answer.bytes, length: answer.bytes.length } : { bytes: null, length: answer.length, sha256: '' }
      if (repeats.isNews(refusal.detail)) intake.refuseFor(stream, { refusal, ...whole }, receipt, received)
      reason = refusal.detail
    } else if (answer.kind === 'body') {
      const { events, refused } = intake.takeFor(
        stream,
        answer.bytes,
        { speaker: null, isNews: (d) => repeats.isNews(d) },
        receipt,
        received,
      )
      if (events === 0) reason = refused[0]?.refusal.detail ?? 'no reading in it'
      this.#restsMs = feedRestsMs(answer.bytes, received.city)
    }
    if (receipt.pending > 0) await Promise.race([safe.promise, once(signal)])
    if (signal.aborted) return 'the bridge stops'
    // After an answer that was no data, the last one that was stays what the next is compared with.
    const { held } = this.#memory
    if (answer.kind === 'body' && reason === null) this.#memory = { ...this.#memory, validators: answer.validators, held: repeats.held }
    else this.#memory = { ...this.#memory, held: [...new Set([...held, ...repeats.held])].slice(-MOST_HELD) }
    return reason
  }

  async #remember(memory: PollMemory): Promise<void> {
    this.#memory = memory
    const { file, stream } = this.#o
    try {
      // A digest of few possible values would give them away, and this file has no retention.
      await file.write(stream.disclosure === null ? memory : { ...memory, held: [] })
    } catch (error) {
      // Without it a restart asks for what it had already, no more.
      this.#o.log.warn({ stream: stream.name, reason: reasonOf(error) }, "cannot remember the feed's last answer")
    }
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const cancel = this.#o.timers.after(ms, done)
      signal.addEventListener('abort', done, { once: true })
      function done(): void {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }
}

const MOST_HELD = 20_000

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function refusalOf(answer: Extract<Answer, { kind: 'body' | 'too_large' }>): Refusal | null {
  if (answer.kind === 'too_large') return new Refusal('too_large', 'the answer is longer than the contract allows')
  return isPage(answer.type, answer.bytes) ? new Refusal('undecodable', 'a page for people where data should be') : null
}

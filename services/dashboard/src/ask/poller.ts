import { ask, type Question } from './ask.ts'
import { type Held, NOTHING, take } from './held.ts'

/** Answers kept for questions that are not asked at the moment, so that going back is at once. */
const KEPT = 24

export interface PollerOptions {
  readonly everyMs: number
  readonly fetch: typeof fetch
  /** This machine's clock, epoch ms. */
  readonly now: () => number
  /** Called when anything that is held has changed. */
  readonly onChange: () => void
}

/**
 * Asks a set of questions again and again while it runs, and holds the last answers. A round begins `everyMs` after the
 * one before has ended (later when the service asks for it), and at once when a question is new or the poller resumes.
 */
export class Poller {
  readonly #o: PollerOptions
  readonly #held = new Map<string, Held<unknown>>()
  /** The key of the question last answered in a place. */
  readonly #places = new Map<string, string>()
  #questions: readonly Question<unknown>[] = []
  #running = false
  #timer: ReturnType<typeof setTimeout> | null = null
  #round: AbortController | null = null

  constructor(options: PollerOptions) {
    this.#o = options
  }

  /** What is held for a question, or for the one before in its place; `NOTHING` before the first answer. */
  held<T>(question: Question<T> | null): Held<T> {
    if (question === null) return NOTHING
    const own = this.#held.get(keyOf(question)) as Held<T> | undefined
    if (own !== undefined && own.value !== null) return own
    const before =
      question.place === undefined ? undefined : (this.#held.get(this.#places.get(question.place) ?? '') as Held<T> | undefined)
    if (before === undefined || own === undefined) return before ?? own ?? NOTHING
    return { ...before, fault: own.fault, faultSince: own.faultSince }
  }

  /** Replaces the set of questions; a new one is asked at once, answers that nobody asks for fade. */
  want(questions: readonly Question<unknown>[]): void {
    const before = new Set(this.#questions.map(keyOf))
    this.#questions = questions
    const wanted = new Set(questions.map(keyOf))
    for (const key of this.#held.keys()) {
      if (this.#held.size > KEPT && !wanted.has(key)) this.#held.delete(key)
    }
    const round = this.#round
    if (!this.#running || round === null) return
    for (const question of questions) if (!before.has(keyOf(question))) void this.#ask(question, round.signal)
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.again()
  }

  /** Ends the round under way; nothing is asked until `start`. */
  stop(): void {
    this.#running = false
    this.#end()
  }

  /** Begins a round now. */
  again(): void {
    if (!this.#running) return
    this.#end()
    const round = new AbortController()
    this.#round = round
    void Promise.all(this.#questions.map((q) => this.#ask(q, round.signal))).then((waits) => {
      if (!round.signal.aborted) this.#timer = setTimeout(() => this.again(), Math.max(this.#o.everyMs, ...waits))
    })
  }

  #end(): void {
    this.#round?.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Asks one question of a round; returns how long the service wants us to wait (ms). */
  async #ask(question: Question<unknown>, signal: AbortSignal): Promise<number> {
    const before = this.#held.get(keyOf(question)) ?? NOTHING
    const outcome = await ask(question, { etag: before.etag, signal, fetch: this.#o.fetch }).catch((error: unknown) => {
      if (!signal.aborted) throw error
      return null
    })
    if (outcome === null || signal.aborted) return 0
    this.#held.set(keyOf(question), take(before, outcome, this.#o.now()))
    if (outcome.kind === 'fresh' && question.place !== undefined) this.#places.set(question.place, keyOf(question))
    if (outcome.kind !== 'same' || before.fault !== null) this.#o.onChange()
    return outcome.kind === 'fault' ? (outcome.fault.waitMs ?? 0) : 0
  }
}

const keyOf = (question: Question<unknown>) => `${question.token ?? ''} ${question.url}`

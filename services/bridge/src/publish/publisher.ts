import type { Moment } from '../moments.ts'
import { machineTimers, type Timers } from '../timers.ts'
import type { Append, Appended } from './append.ts'
import { Lane, type LaneHost } from './lane.ts'

/** How long a batch may wait for company. */
const LINGER_MS = 5

/** What Kafka does not acknowledge, in words for an operator. */
export interface Trouble {
  readonly topic: string
  readonly partition: number
  readonly reason: unknown
}

/** What the publisher tells. */
export interface PublisherEvents {
  /** So many events, or quarantined messages, are safe; ticks are not counted. */
  appended(topic: string, events: number): void
  /** Kafka's append time against the machine's clock around it, where the topic has append times. */
  appendTime(appendTime: number, sentAt: number, answeredAt: number): void
  retrying(trouble: Trouble, attempt: number, waitMs: number): void
  refused(trouble: Trouble): void
}

/**
 * All lanes into Kafka: one per partition, made when first asked for. Knows what is not acknowledged yet, which is what
 * ticks, back-pressure and the health page ask.
 */
export class Publisher implements LaneHost {
  readonly append: Append
  readonly timers: Timers
  readonly #events: PublisherEvents
  readonly #steady: () => number
  readonly #lanes = new Map<string, Lane>()
  readonly #failing = new Map<Lane, Trouble>()
  #waiting: Lane[] = []
  #longest = 0

  /** @param real the machine's time, epoch ms; @param steady the clock of `Moment.steady` */
  constructor(append: Append, real: () => number, steady: () => number, events: PublisherEvents, timers: Timers = machineTimers) {
    this.timers = timers
    this.#events = events
    this.#steady = steady
    this.append = async (topic, partition, records) => {
      const sentAt = real()
      const appended = await append(topic, partition, records)
      if (appended.appendTime !== null) events.appendTime(appended.appendTime, sentAt, real())
      return appended
    }
  }

  lane(topic: string, partition: number): Lane {
    const name = `${topic}/${partition}`
    let lane = this.#lanes.get(name)
    if (lane === undefined) {
      lane = new Lane(topic, partition, this)
      this.#lanes.set(name, lane)
    }
    return lane
  }

  /** When the oldest record arrived that Kafka has not acknowledged; null when everything is safe. */
  get oldest(): Moment | null {
    let oldest: Moment | null = null
    for (const lane of this.#lanes.values()) {
      const of = lane.oldest
      if (of !== null && (oldest === null || of.steady < oldest.steady)) oldest = of
    }
    return oldest
  }

  /** How long (ms) the slowest record since the last call waited for its acknowledgement. */
  takeLongestWait(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }

  /** What is being retried, if anything. */
  get trouble(): Trouble | null {
    return this.#failing.values().next().value ?? null
  }

  /** Sends what is there and resolves when all of it is acknowledged: true, or false when `limitMs` are over. */
  async drained(limitMs: number): Promise<boolean> {
    const end = this.#steady() + limitMs
    while (this.oldest !== null) {
      if (this.#steady() >= end) return false
      for (const lane of this.#lanes.values()) lane.dispatch()
      await this.timers.sleep(LINGER_MS)
    }
    return true
  }

  /** Gives up everything that is not acknowledged; whoever sent it was told nothing and sends it again. */
  abandon(): void {
    for (const lane of this.#lanes.values()) lane.abandon()
  }

  wait(lane: Lane): void {
    if (this.#waiting.length === 0) {
      this.timers.after(LINGER_MS, () => {
        const waiting = this.#waiting
        this.#waiting = []
        for (const one of waiting) one.dispatch()
      })
    }
    this.#waiting.push(lane)
  }

  acknowledged(lane: Lane, _appended: Appended, batch: { events: number; oldest: Moment }): void {
    this.#failing.delete(lane)
    this.#longest = Math.max(this.#longest, this.#steady() - batch.oldest.steady)
    this.#events.appended(lane.topic, batch.events)
  }

  retrying(lane: Lane, reason: unknown, attempt: number, waitMs: number): void {
    const trouble = { topic: lane.topic, partition: lane.partition, reason }
    this.#failing.set(lane, trouble)
    this.#events.retrying(trouble, attempt, waitMs)
  }

  refused(lane: Lane, reason: unknown): void {
    const trouble = { topic: lane.topic, partition: lane.partition, reason }
    this.#failing.set(lane, trouble)
    this.#events.refused(trouble)
  }
}

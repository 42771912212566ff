import { CityError, type Log, type Part, type PartBoard, type Stop } from '@commonstream/runtime'
import type { HttpSource, Stream } from '@commonstream/schemas'
import type { PollConfig } from '../config.ts'
import type { Counters } from '../counters.ts'
import type { Intake } from '../intake.ts'
import { isLoopback } from '../loopback.ts'
import type { Moments } from '../moments.ts'
import type { Hearing } from '../tick/hearing.ts'
import { machineTimers, type Timers } from '../timers.ts'
import { filled } from './filled.ts'
import { PollFile } from './poll-file.ts'
import { StreamPoll } from './stream-poll.ts'

export interface PollerOptions {
  readonly bridge: string
  readonly streams: readonly Stream[]
  readonly config: PollConfig
  readonly dataDir: string
  /** Whether the city lives in a replay: then only this machine's feeds are asked, at the replay's speed. */
  readonly replay: boolean
  readonly speed: number
  readonly intake: Intake
  readonly counters: Counters
  readonly moments: Moments
  readonly real: () => number
  readonly board: PartBoard
  readonly log: Log
  readonly random?: () => number
  readonly timers?: Timers
}

/** What the health page says of a stream's feed. */
export interface PollDetails {
  readonly heard: string | null
  readonly trouble: string | null
}

/** Asks the feeds of the streams that have one (`source.http`), each on its own. */
export class Poller implements Part {
  readonly name = 'polls'
  readonly #polls = new Map<Stream, StreamPoll>()
  readonly #idle = new Map<Stream, string>()

  /** @throws CityError `SECRET_MISSING` for a secret that a contract names and the environment does not have */
  constructor(o: PollerOptions) {
    for (const stream of o.streams) {
      const { http } = stream.source
      if (http !== undefined) this.#add(stream, { ...http, url: o.config.urls.get(stream.name) ?? http.url }, o)
    }
  }

  start(): Promise<Stop> {
    const abort = new AbortController()
    const running = [...this.#polls.values()].map((poll) => poll.run(abort.signal))
    return Promise.resolve(async () => {
      abort.abort()
      await Promise.all(running)
    })
  }

  /** How a stream's feed is heard; null where this bridge asks none for it. */
  of(stream: Stream): Hearing | null {
    return this.#polls.get(stream) ?? null
  }

  /** By stream: when its feed was last heard and what is wrong with it. */
  get details(): Readonly<Record<string, PollDetails>> {
    const polled = [...this.#polls].map(([stream, { heard, trouble }]) => {
      return [stream.name, { heard: heard === null ? null : new Date(heard.city).toISOString(), trouble }] as const
    })
    const idle = [...this.#idle].map(([stream, trouble]) => [stream.name, { heard: null, trouble }] as const)
    return Object.fromEntries([...polled, ...idle])
  }

  /** A feed that gives nothing is told, but does not keep the bridge from being ready: it is one stream's, and sensors wait. */
  #report(board: PartBoard): void {
    const troubles = [...this.#polls].flatMap(([{ name }, { trouble }]) => (trouble === null ? [] : [`${name}: ${trouble}`]))
    board.set(this.name, 'ready', troubles.length === 0 ? null : troubles.join('; '))
  }

  #add(stream: Stream, http: HttpSource, o: PollerOptions): void {
    const { config, log, intake, moments, real, speed } = o
    const reach = o.replay && config.reach === 'any' ? 'loopback' : config.reach
    const mayAsk = (url: URL) => reach === 'any' || (reach === 'loopback' && isLoopback(url.hostname))
    if (!mayAsk(new URL(http.url.split('?')[0] as string))) {
      const reason = `its feed is not asked: CITY_BRIDGE_POLL is ${reach}${o.replay ? ' in a replay' : ''}`
      this.#idle.set(stream, reason)
      log.warn({ stream: stream.name }, reason)
      return
    }
    const counters = o.counters.of(stream.name)
    const file = new PollFile(o.dataDir, o.bridge, stream.name, http.url)
    const request = { ...requestOf(stream, http, config), mayAsk }
    const rest = { random: o.random ?? Math.random, timers: o.timers ?? machineTimers, changed: () => this.#report(o.board) }
    this.#polls.set(stream, new StreamPoll({ stream, http, request, intake, counters, moments, file, speed, real, log, ...rest }))
  }
}

function requestOf(stream: Stream, http: HttpSource, { secret }: PollConfig): { url: URL; headers: Record<string, string> } {
  const fill = (text: string, encode: (value: string) => string): string => {
    const out = filled(text, secret, encode)
    if ('text' in out) return out.text
    throw new CityError('SECRET_MISSING', `The feed of ${stream.name} needs ${out.missing}; give that variable to the bridge`)
  }
  const headers = Object.entries(http.headers).map(([name, value]) => [name, fill(value, (v) => v.trim())] as const)
  return { url: new URL(fill(http.url, encodeURIComponent)), headers: Object.fromEntries(headers) }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Exit } from '@commonstream/embedded/child/start-child.ts'
import { waitUntil } from '@commonstream/embedded/child/wait-until.ts'

export interface ServiceOptions {
  readonly name: string
  readonly start: () => Child | Promise<Child>
  /** Throws unless it is ready. */
  readonly ready: () => Promise<void>
}

/** How long a process that ended waits for its next start, as a supervisor would have it. */
const RESTART_MS = 500
const READY_LIMIT_MS = 90_000

/** A process that is started again whenever it ends, until it is stopped. */
export class Service {
  readonly name: string
  /** How it ended without being asked to. */
  readonly ends: Exit[] = []
  readonly #o: ServiceOptions
  #child: Child | null = null
  #wanted = false
  #kept: Promise<void> = Promise.resolve()
  /** Ends that were caused from here, and how long each is to be away. */
  #away: number | null = null

  constructor(options: ServiceOptions) {
    this.name = options.name
    this.#o = options
  }

  get runs(): boolean {
    return this.#child !== null && this.#child.exit === null
  }

  /** Starts it; resolves when it is ready. */
  async start(): Promise<void> {
    this.#wanted = true
    this.#child = await this.#o.start()
    this.#kept = this.#keep()
    await this.ready()
  }

  /** Resolves when the process at hand, or its next, is ready. @throws CityError after a minute and a half */
  async ready(): Promise<void> {
    for (const until = Date.now() + READY_LIMIT_MS; this.#child === null || this.#child.exit !== null; await sleep(50))
      if (!this.#wanted || Date.now() > until) throw new Error(`${this.name} does not run`)
    await waitUntil(this.#child, this.#o.ready, { limitMs: READY_LIMIT_MS })
  }

  /** SIGKILL; it is started again after `awayMs`. Resolves when it is gone. */
  async kill(awayMs: number = RESTART_MS): Promise<void> {
    await this.#end('SIGKILL', awayMs)
  }

  /** SIGTERM; it is started again after `awayMs`. Resolves when it has ended. */
  async bounce(awayMs: number = RESTART_MS): Promise<void> {
    await this.#end('SIGTERM', awayMs)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal)
  }

  /** Ends it and starts it no more. */
  async stop(): Promise<void> {
    this.#wanted = false
    // One that is stopped cannot hear.
    this.#child?.kill('SIGCONT')
    await this.#child?.stop()
    await this.#kept
  }

  async #end(signal: NodeJS.Signals, awayMs: number): Promise<void> {
    const child = this.#child
    if (child === null || child.exit !== null) throw new Error(`${this.name} does not run`)
    this.#away = awayMs
    child.kill(signal)
    await child.exited
  }

  async #keep(): Promise<void> {
    while (this.#wanted && this.#child !== null) {
      const exit = await this.#child.exited
      if (!this.#wanted) return
      if (this.#away === null) this.ends.push(exit)
      const away = this.#away ?? RESTART_MS
      this.#away = null
      await sleep(away)
      if (this.#wanted) this.#child = await this.#o.start()
    }
  }
}

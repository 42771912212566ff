import { setTimeout as sleep } from 'node:timers/promises'
import { CityError, reasonOf } from '@commonstream/runtime/errors.ts'
import type { Child, Exit } from '../child/start-child.ts'
import { tailOf, waitUntil } from '../child/wait-until.ts'
import type { RunFolder } from '../state/run-folder.ts'
import { backOff, STEADY_MS } from './back-off.ts'
import type { Unit } from './unit.ts'

/** Failures in a row before it was ever ready: then the start as a whole has failed. */
const START_TRIES = 3
const TAIL_LINES = 5
const LIVE_EVERY_MS = 5_000
/** Unanswered questions in a row before a process that hangs is ended. */
const LIVE_FAILURES = 12

/** Keeps one process of the stack running: starts it, starts it again when it ends or hangs, and stops it. */
export class Supervised {
  readonly #unit: Unit
  readonly #run: RunFolder
  readonly #say: (line: string) => void
  readonly #stopping = new AbortController()
  readonly #firstReady = Promise.withResolvers<void>()
  #child: Child | null = null
  #wasReady = false
  #kept: Promise<void> = Promise.resolve()

  constructor(unit: Unit, run: RunFolder, say: (line: string) => void) {
    this.#unit = unit
    this.#run = run
    this.#say = say
  }

  get name(): string {
    return this.#unit.name
  }

  /** Resolves when it is ready. @throws CityError `CHILD_FAILED` with the end of its log */
  async start(): Promise<void> {
    this.#kept = this.#keep()
    await this.#firstReady.promise
  }

  /** Asks it to end, waits for it, and starts it no more. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#child?.stop()
    await this.#kept
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping.abort()
    this.#child?.kill('SIGKILL')
  }

  async #keep(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      const startedAt = Date.now()
      const how = await this.#runOnce()
      if (this.#stopping.signal.aborted) break
      failures = Date.now() - startedAt > STEADY_MS ? 1 : failures + 1
      if (!this.#wasReady && failures >= START_TRIES) {
        this.#firstReady.reject(
          new CityError('CHILD_FAILED', `${this.name} ${how.words}, ${failures} times in a row${how.tail}`, { sort: 'world' }),
        )
        return
      }
      const waitMs = backOff(failures)
      this.#say(`${this.name} ${how.words}; it starts again in ${waitMs / 1000} s${how.tail}`)
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
    this.#firstReady.reject(new CityError('STOPPED', `${this.name} was stopped before it was ready`, { sort: 'world' }))
  }

  /** Runs the process until it ends; how it did, and what it said last. */
  async #runOnce(): Promise<Ending> {
    let child: Child
    try {
      child = await this.#unit.start()
    } catch (error) {
      return { words: `did not start (${reasonOf(error)})`, tail: '' }
    }
    this.#child = child
    this.#run.write(this.name, child.pid)
    // A stop while it was being started found no process to end.
    if (this.#stopping.signal.aborted) await child.stop()
    const watched = this.#watch(child)
    const exit = await child.exited
    await watched
    this.#run.remove(this.name)
    return endingOf(exit, child.log)
  }

  /** Says when the process is ready, and ends it when it answers no more. */
  async #watch(child: Child): Promise<void> {
    try {
      const onSlow = (reason: string) => this.#say(`${this.name} is not ready yet: ${reason}`)
      const limitMs = this.#wasReady ? Number.POSITIVE_INFINITY : this.#unit.startLimitMs
      await waitUntil(child, () => this.#unit.ready(), { limitMs, onSlow })
    } catch (error) {
      if (child.exit === null) {
        this.#firstReady.reject(error)
        await child.stop()
      }
      return
    }
    if (this.#wasReady) this.#say(`${this.name} is ready again`)
    this.#wasReady = true
    this.#firstReady.resolve()
    for (let failures = 0; child.exit === null; ) {
      await Promise.race([child.exited, sleep(LIVE_EVERY_MS, undefined, { ref: false })])
      failures = (await answers(() => this.#unit.live())) ? 0 : failures + 1
      if (failures < LIVE_FAILURES || child.exit !== null) continue
      this.#say(`${this.name} has not answered for ${(LIVE_FAILURES * LIVE_EVERY_MS) / 1000} s; ending it`)
      child.kill('SIGKILL')
    }
  }
}

async function answers(ask: () => Promise<void>): Promise<boolean> {
  return ask().then(
    () => true,
    () => false,
  )
}

interface Ending {
  readonly words: string
  readonly tail: string
}

/** A process that was killed had no last word. */
function endingOf({ code, signal }: Exit, log: string): Ending {
  if (signal !== null) return { words: `was ended by ${signal}`, tail: '' }
  return { words: `ended with code ${code}`, tail: `. The end of ${log}:\n${tailOf(log, TAIL_LINES)}` }
}

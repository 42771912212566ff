import { type Log, retry, reasonOf } from '@commonstream/runtime'
import type { Ports } from '../ports/ports.ts'
import { Batch, PHASES, type Phase } from './batch.ts'
import { writeLog } from './log-writer.ts'
import { publishWindows, resolveRevisions, writeWindows } from './windows-out.ts'

const EVERY_MS = 1_000
const LONGEST_MS = 5_000
/** Tables written per second above which the flush waits longer: each is a part that the engine must merge. */
const PARTS_PER_SECOND = 20
/** A step that has not ended by then is told as trouble, and again whenever so much more has passed. */
const SLOW_MS = 3_000

/** What contributes rows: a partition's sink, asked for the state of its open chunk. */
export interface FlushSource {
  take(complete: boolean): void
  /** Writes how far into the log its rows of the batch at hand reach. */
  announce(): void
}

export interface FlusherOptions {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock'>
  readonly log: Log
  /** Bytes waiting above which partitions are paused. */
  readonly maxBytes: number
  /** How long the world's faults are retried before the process ends. */
  readonly patience: { readonly tries: number; readonly minMs: number; readonly maxMs: number }
  readonly onTrouble: (reason: string | null) => void
  /** Called when the rows that wait exceed, or no longer exceed, the bound. */
  readonly onPressure: (high: boolean) => void
  readonly onFlushed: (stats: { ms: number; bytes: number; tables: number }) => void
  readonly fail: (error: unknown) => void
}

/** One flush per worker for all its partitions (protocol section 9): one at a time, in a fixed order, the ledger last. */
export class Flusher {
  #batch = new Batch()
  readonly #sources = new Set<FlushSource>()
  readonly #o: FlusherOptions
  #cancel: (() => void) | null = null
  #running: Promise<void> | null = null
  /** What is wrong with the steps at hand. */
  readonly #troubles = new Map<string, string>()
  #pressed = false
  #stopped = false
  #failed = false

  constructor(options: FlusherOptions) {
    this.#o = options
  }

  /** The batch that is being filled. */
  get batch(): Batch {
    return this.#batch
  }

  add(source: FlushSource): void {
    this.#sources.add(source)
  }

  remove(source: FlushSource): void {
    this.#sources.delete(source)
    if (this.#batch.writers.delete(source)) source.announce()
  }

  start(): void {
    this.#schedule(EVERY_MS)
  }

  /** Whether more rows wait than memory is meant for; tells the consumers when that changes. */
  checkPressure(): boolean {
    const high = this.#batch.bytes > this.#o.maxBytes
    if (high !== this.#pressed) {
      this.#pressed = high
      this.#o.onPressure(high)
    }
    if (high) this.request()
    return high
  }

  /** Resolves when everything that is there now is written. */
  drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#batch.onWritten.push(resolve)
    this.request()
    return promise
  }

  /** Flushes as soon as the flush at hand, if any, is done. */
  request(): void {
    if (this.#running === null) this.#schedule(0)
  }

  /**
   * Writes what is there, once, and ends. After a flush that failed nothing more is written: the ledger would certify,
   * and the group commit, what lies behind rows that are missing.
   */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#running
    if (!this.#failed) await this.#flush()
  }

  #schedule(ms: number): void {
    if (this.#stopped) return
    this.#cancel?.()
    this.#cancel = this.#o.ports.clock.after(ms, () => {
      this.#cancel = null
      this.#running = this.#flush().then(
        (wait) => {
          this.#running = null
          this.#schedule(this.#pressed ? 0 : wait)
          this.checkPressure()
        },
        (error: unknown) => {
          this.#failed = true
          this.#o.fail(error)
        },
      )
    })
  }

  async #flush(): Promise<number> {
    for (const source of this.#sources) source.take(false)
    const batch = this.#batch
    if (batch.empty) {
      batch.written()
      return EVERY_MS
    }
    for (const writer of batch.writers) writer.announce()
    batch.writers.clear() // they hold their folds, which may be given back while this is written
    this.#batch = new Batch()
    this.checkPressure()
    const { clock } = this.#o.ports
    const began = clock.steady()
    const bytes = batch.bytes
    await this.#write(batch)
    batch.written()
    const tables = PHASES.reduce((n, phase) => n + batch.inserts(phase).length, 0)
    this.#o.onFlushed({ ms: clock.steady() - began, bytes, tables })
    return Math.min(LONGEST_MS, Math.max(EVERY_MS, (1000 * tables) / PARTS_PER_SECOND))
  }

  async #write(batch: Batch): Promise<void> {
    const { store, kafka } = this.#o.ports
    await this.#insert(batch, 'intents')
    await this.#persist('quarantine', () => writeLog(kafka, batch.refused))
    await this.#insert(batch, 'readings')
    await this.#insert(batch, 'partials')
    await this.#insert(batch, 'accounting')
    const revised = await this.#persist('late revisions', () => resolveRevisions(store, batch.revisions))
    const closed = [...batch.closed, ...revised]
    await this.#persist('windows topic', () => publishWindows(kafka, closed))
    writeWindows(batch, closed)
    await this.#insert(batch, 'windows')
    await this.#watched('alerts topic', () => Promise.all(batch.alertAcks))
    this.#tell('alerts topic', null)
    await this.#insert(batch, 'alerts')
    await this.#insert(batch, 'ledger')
    for (const tell of batch.certified) tell()
    for (const commit of batch.commits) await commit()
  }

  async #insert(batch: Batch, phase: Phase): Promise<void> {
    const inserts = batch.inserts(phase)
    await Promise.all(
      inserts.map(({ target, writer }) => this.#persist(target.table, () => this.#o.ports.store.insert(target, writer.content))),
    )
  }

  /** The world's faults are retried with back-off and said; what does not mend ends the process, and Kafka replays. */
  async #persist<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { store, clock } = this.#o.ports
    const result = await retry(() => this.#watched(what, work), {
      ...this.#o.patience,
      retriable: (error) => store.retriable(error),
      sleep: (ms) => clock.sleep(ms),
      onRetry: (error, attempt, waitMs) => {
        this.#tell(what, reasonOf(error))
        this.#o.log.warn({ what, attempt, waitMs, reason: reasonOf(error) }, 'flush step failed, trying again')
      },
    })
    this.#tell(what, null)
    return result
  }

  /** What hangs fails only much later, or never: it is told while it does. */
  async #watched<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#o.ports
    const began = clock.steady()
    const endWatch = clock.every(SLOW_MS, () => this.#tell(what, `no answer for ${Math.round((clock.steady() - began) / 1_000)} s`))
    try {
      return await work()
    } finally {
      endWatch()
    }
  }

  /** Steps run side by side, so one that is well again must not speak for another; null: this one is. */
  #tell(what: string, reason: string | null): void {
    if (reason === null && !this.#troubles.delete(what)) return
    if (reason !== null) this.#troubles.set(what, `${what}: ${reason}`)
    this.#o.onTrouble([...this.#troubles.values()].at(-1) ?? null)
  }
}

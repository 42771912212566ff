import { performance } from 'node:perf_hooks'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { RawMessage } from './encode-publish.ts'
import { Latencies } from './latencies.ts'
import { RawConnection } from './raw-connection.ts'

export interface SimulationProgress {
  readonly sent: number
  readonly acknowledged: number
  readonly resent: number
  readonly connections: number
  readonly connected: number
  /** Machine seconds since the start. */
  readonly seconds: number
  /** Seconds by which sending lags behind the schedule. */
  readonly behind: number
  readonly fault: string | null
}

export interface LoadOptions {
  /** Part of the client ids: `fleet-sim-<name>-<n>`. */
  readonly name: string
  /** `mqtt://host:port` */
  readonly url: string
  readonly connections?: number
  readonly window?: number
  readonly fast?: boolean
}

/** The connections of a simulation, the clock of its schedule and its counters. */
export class Load {
  readonly latencies = new Latencies()
  /** How far the schedule has been pushed. */
  scheduledMs = 0
  readonly #connections: readonly RawConnection[]
  /** Messages that may wait, sent or not. */
  readonly #limit: number
  readonly #fast: boolean
  readonly #away = new Map<string, string>()
  readonly #begin = performance.now()
  #lastProgress = performance.now()
  #counts = { pushed: 0, sent: 0, acknowledged: 0, resent: 0 }

  constructor({ name, url, connections = 4, window = 500, fast = false }: LoadOptions) {
    const { hostname: host, port } = new URL(url)
    this.#fast = fast
    this.#limit = connections * window * 2
    const events = {
      sent: (count: number, again: number) => {
        this.#counts.sent += count
        this.#counts.resent += again
      },
      acknowledged: (ms: number) => {
        this.#counts.acknowledged++
        this.latencies.add(ms)
        this.#lastProgress = performance.now()
      },
      connected: (client: string) => void this.#away.delete(client),
      lost: (client: string, reason: string) => void this.#away.set(client, reason),
    }
    this.#connections = Array.from({ length: connections }, (_, i) => {
      const clientId = `fleet-sim-${name}-${i + 1}`
      this.#away.set(clientId, 'not yet connected')
      return new RawConnection({ host, port: Number(port || 1883), clientId, window, events })
    })
  }

  get outstanding(): number {
    return this.#counts.pushed - this.#counts.acknowledged
  }

  get progress(): SimulationProgress {
    const { sent, acknowledged, resent } = this.#counts
    const elapsed = performance.now() - this.#begin
    const [connections, away] = [this.#connections.length, this.#away.size]
    const behind = this.#fast ? 0 : Math.max(0, elapsed - this.scheduledMs) / 1_000
    return {
      sent,
      acknowledged,
      resent,
      connections,
      connected: connections - away,
      seconds: elapsed / 1_000,
      behind,
      fault: [...this.#away.values()].at(-1) ?? null,
    }
  }

  push(sensor: number, message: RawMessage): void {
    if (this.outstanding === 0) this.#lastProgress = performance.now()
    this.#counts.pushed++
    this.#connections[sensor % this.#connections.length]?.push(message)
  }

  /** Resolves at a time of the schedule. */
  async waitFor(scheduledMs: number): Promise<void> {
    const left = scheduledMs - (performance.now() - this.#begin)
    if (left > 0) await sleep(left)
  }

  /** Sends, and resolves once more may be pushed; false if the patience is used up or the signal aborted first. */
  async room(patienceMs: number, signal?: AbortSignal): Promise<boolean> {
    return await this.#until(() => this.outstanding < this.#limit, patienceMs, signal)
  }

  /** Resolves once everything is acknowledged; false if the patience is used up first. */
  async drained(patienceMs: number): Promise<boolean> {
    return await this.#until(() => this.outstanding === 0, patienceMs)
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #until(done: () => boolean, patienceMs: number, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      for (const connection of this.#connections) connection.flush()
      // Lets the sockets be read: acknowledgements make room.
      await setImmediate()
      if (done()) return true
      if (signal?.aborted || performance.now() - this.#lastProgress > patienceMs) return false
      await sleep(1)
    }
  }
}

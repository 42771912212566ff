import { EventEmitter, once } from 'node:events'
import type { Plan, Send, StreamPlan } from '../plan/plan.ts'
import type { DeviceEvents } from './device.ts'

/** How far one stream is. `resent` counts repetitions after a lost connection, not the copies of the plan. */
export interface StreamTally extends StreamPlan {
  readonly sent: number
  readonly acknowledged: number
  readonly resent: number
}

/** How far a replay is. */
export interface Progress {
  readonly streams: readonly StreamTally[]
  readonly devices: number
  readonly connected: number
  /** Why a connection was last lost; null while all stand. */
  readonly fault: string | null
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Counts what the devices of a plan report. */
export class Tally implements DeviceEvents {
  readonly #streams: Map<string, Mutable<StreamTally>>
  readonly #away: Map<string, string>
  readonly #devices: number
  readonly #changes = new EventEmitter()
  readonly #now: () => number
  #outstanding = 0
  #lastProgress: number

  /** @param now the machine's time, ms */
  constructor(plan: Plan, devices: readonly string[], now: () => number) {
    this.#streams = new Map(plan.streams.map((stream) => [stream.stream, { ...stream, sent: 0, acknowledged: 0, resent: 0 }]))
    this.#away = new Map(devices.map((device) => [device, 'not yet connected']))
    this.#devices = devices.length
    this.#now = now
    this.#lastProgress = now()
  }

  /** Messages given to devices and not yet acknowledged. */
  get outstanding(): number {
    return this.#outstanding
  }

  /** Machine ms for which something has been outstanding and nothing was acknowledged. */
  get stalledMs(): number {
    return this.#outstanding === 0 ? 0 : this.#now() - this.#lastProgress
  }

  get progress(): Progress {
    const streams = [...this.#streams.values()].map((stream) => ({ ...stream }))
    return { streams, devices: this.#devices, connected: this.#devices - this.#away.size, fault: [...this.#away.values()].at(-1) ?? null }
  }

  handedOver(): void {
    if (this.#outstanding++ === 0) this.#lastProgress = this.#now()
  }

  /** Resolves at the next acknowledgement. */
  async nextAcknowledgement(signal: AbortSignal): Promise<void> {
    await once(this.#changes, 'acknowledged', { signal })
  }

  sent(send: Send, again: boolean): void {
    const stream = this.#of(send)
    if (again) stream.resent++
    else stream.sent++
  }

  acknowledged(send: Send): void {
    this.#of(send).acknowledged++
    this.#outstanding--
    this.#lastProgress = this.#now()
    this.#changes.emit('acknowledged')
  }

  connected(device: string): void {
    this.#away.delete(device)
  }

  lost(device: string, reason: string): void {
    this.#away.delete(device)
    this.#away.set(device, reason)
  }

  #of(send: Send): Mutable<StreamTally> {
    const stream = this.#streams.get(send.stream)
    if (stream === undefined) throw new Error(`The plan does not list the stream ${send.stream}`)
    return stream
  }
}

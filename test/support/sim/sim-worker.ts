import { createLog, type Log, type Part, PartBoard, reasonOf, type Telemetry } from '@commonstream/runtime'
import type { Config } from '@commonstream/worker/config.ts'
import type { PartitionReport } from '@commonstream/worker/consume/partition.ts'
import type { Ports } from '@commonstream/worker/ports/ports.ts'
import { buildWorker } from '@commonstream/worker/worker.ts'
import type { SimCity } from './sim-city.ts'
import type { SimProcess } from './sim-process.ts'

/** How long the service waits for a part to stop before it goes on without. */
const STOP_LIMIT_MS = 15_000

const silent = createLog('simulation', 'silent')

/** What the worker wrote into its log and an operator would have to see. */
export type Notice = (message: string, details: Readonly<Record<string, unknown>>) => void

export interface SimWorkerOptions {
  readonly process: SimProcess
  readonly city: SimCity
  readonly ports: Ports
  readonly maxBytes: number
  readonly patience: { readonly tries: number; readonly minMs: number; readonly maxMs: number }
  readonly notice: Notice
  readonly onEnd: (code: number) => void
}

/** The real worker in a simulated process, started and stopped as `runService` does it. */
export class SimWorker {
  readonly process: SimProcess
  readonly #o: SimWorkerOptions
  readonly #parts: readonly Part[]
  readonly #stops: { readonly name: string; readonly stop: () => Promise<void> }[] = []
  readonly #details: () => unknown
  #ending = false

  constructor(o: SimWorkerOptions) {
    this.#o = o
    this.process = o.process
    const worker = buildWorker({
      config: configOf(o),
      city: o.city.city,
      contexts: o.city.contexts,
      ports: o.ports,
      board: new PartBoard(() => o.process.clock.now()),
      log: noticing(o.notice),
      telemetry: NO_TELEMETRY,
      patience: o.patience,
      fail: (error) => this.#fail(error),
    })
    this.#parts = worker.parts
    this.#details = () => worker.details()
  }

  /** Per partition, of the one stream. */
  get reports(): readonly PartitionReport[] {
    return Object.values(this.#details() as Record<string, PartitionReport[]>).flat()
  }

  async start(): Promise<void> {
    for (const part of this.#parts) {
      if (this.#ending) return
      try {
        this.#stops.push({ name: part.name, stop: await part.start() })
      } catch (error) {
        this.#fail(error)
        return
      }
    }
  }

  /** SIGTERM. */
  stop(): void {
    void this.#end(0)
  }

  #fail(error: unknown): void {
    this.#o.notice('service ends', { reason: reasonOf(error), stack: (error as Error).stack })
    void this.#end(1)
  }

  async #end(code: number): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    const { clock } = this.process
    for (const { name, stop } of this.#stops.reverse()) {
      try {
        await Promise.race([stop(), clock.sleep(STOP_LIMIT_MS)])
      } catch (error) {
        this.#o.notice(`${name} did not stop cleanly`, { reason: reasonOf(error) })
      }
    }
    this.process.kill()
    this.#o.onEnd(code)
  }
}

function configOf({ process, maxBytes }: SimWorkerOptions): Config {
  const nowhere = { kafka: '', store: { url: '', user: '', password: '' }, host: '', port: 0, logLevel: 'silent', schemas: '' }
  return { ...nowhere, dataDir: '/data', streams: [], workerId: process.name, maxBytes }
}

/** A log that hands errors on. */
function noticing(notice: Notice): Log {
  const tell = (details: unknown, message?: string) =>
    notice(message ?? String(details), typeof details === 'object' ? (details as Record<string, unknown>) : {})
  return Object.assign(Object.create(silent) as Log, { error: tell, fatal: tell })
}

const instrument = { add: () => undefined, record: () => undefined, addCallback: () => undefined, removeCallback: () => undefined }
const NO_TELEMETRY = {
  meter: { createCounter: () => instrument, createHistogram: () => instrument, createObservableGauge: () => instrument },
  expose: async () => '',
} as unknown as Telemetry

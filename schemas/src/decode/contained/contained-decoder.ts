import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { MessageChannel, receiveMessageOnPort, type MessagePort, Worker } from 'node:worker_threads'
import { Refused } from '../reading.ts'
import { type Limits, LIMITS } from './limits.ts'
import type { Exported, KeeperData, Outcome, Request } from './messages.ts'

/** The package's own folder: a city's decoder may import what ours share. */
const OWN = dirname(dirname(dirname(import.meta.dirname)))

/** How much longer than its limits the keeper may take to answer before it is given up. */
const SLACK_MS = 5_000

const KEEPER = new URL('./keeper.ts', import.meta.url)

interface Keeper {
  readonly worker: Worker
  readonly port: MessagePort
  readonly flag: Int32Array
}

/**
 * A city's own decoder, in a process of its own with limits of time and memory, no environment, no network and no files
 * but schemas. Called as if it were a function: the caller sleeps until the answer is there, and so waits at most for
 * a start and a payload's time. `node:vm` and threads are no such boundary: their memory is the bridge's.
 */
export class ContainedDecoder {
  readonly #data: Omit<KeeperData, 'port' | 'signal'>
  readonly #limits: Limits
  readonly #now: () => number
  #keeper: Keeper | null = null
  #lastId = 0
  /** When it had to be ended, as long as that counts. */
  #faults: number[] = []

  /** @param now monotonic, ms */
  constructor(o: { file: string; exported: Exported; city: string; limits?: Limits; now?: () => number }) {
    this.#limits = o.limits ?? LIMITS
    // Permissions are judged by the real path.
    this.#data = { file: realpathSync(o.file), exported: o.exported, readable: [realpathSync(o.city), OWN], limits: this.#limits }
    this.#now = o.now ?? (() => performance.now())
  }

  /** Starts its process, so that the first payload need not wait for it. */
  start(): void {
    this.#keeper ??= hire(this.#data)
  }

  /** What the decoder makes of bytes, unchecked; refused where it threw, took too much, or is left alone for a while. */
  call(bytes: Uint8Array, { fPort = 0, zone }: { fPort?: number; zone: string }): { readonly result: unknown } | Refused {
    if (bytes.length > this.#limits.payloadBytes) return new Refused('too_large', `longer than ${this.#limits.payloadBytes} bytes`)
    const { faults, faultsMs } = this.#limits
    this.#faults = this.#faults.filter((at) => at > this.#now() - faultsMs)
    if (this.#faults.length >= faults) return new Refused('undecodable', 'the decoder is left alone: it had to be ended too often')
    const outcome = this.#ask({ id: ++this.#lastId, bytes: Buffer.from(bytes).toString('base64'), fPort, zone })
    if ('result' in outcome) return { result: outcome.result }
    if ('threw' in outcome) return new Refused('undecodable', `the decoder threw ${outcome.threw}`)
    this.#faults.push(this.#now())
    return new Refused('undecodable', `the decoder was ended: ${outcome.ended}`)
  }

  /** Ends its process. A later call starts it again. */
  async close(): Promise<void> {
    const keeper = this.#keeper
    this.#keeper = null
    if (keeper === null) return
    const { worker, port } = keeper
    worker.ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    port.postMessage(null)
    await ended
  }

  #ask(request: Request): Outcome {
    this.start()
    const { port, flag } = this.#keeper as Keeper
    const seen = Atomics.load(flag, 0)
    port.postMessage(request)
    const deadline = this.#now() + this.#limits.startMs + this.#limits.timeMs + SLACK_MS
    for (let last = seen; ; last = Atomics.load(flag, 0)) {
      for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
        if ((got.message as Outcome).id === request.id) return got.message as Outcome
      }
      const left = deadline - this.#now()
      if (left <= 0) return this.#giveUp(request)
      Atomics.wait(flag, 0, last, left)
    }
  }

  #giveUp({ id }: Request): Outcome {
    void this.#keeper?.worker.terminate()
    this.#keeper = null
    return { id, ended: 'its keeper does not answer' }
  }
}

function hire(data: Omit<KeeperData, 'port' | 'signal'>): Keeper {
  const { port1, port2 } = new MessageChannel()
  const signal = new SharedArrayBuffer(4)
  const workerData: KeeperData = { ...data, port: port2, signal }
  const worker = new Worker(KEEPER, { workerData, transferList: [port2], env: {}, execArgv: ['--no-warnings'] })
  worker.unref()
  return { worker, port: port1, flag: new Int32Array(signal) }
}

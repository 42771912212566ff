import { CityError, type Log, reasonOf, retry } from '@commonstream/runtime'
import { Keyring, type KeySource } from '../consume/keyring.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import { PATIENCE } from '../patience.ts'
import type { Ports } from '../ports/ports.ts'
import { readReleased, ReleasedMap } from './released.ts'

export interface ProtectedStateOptions {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock'>
  readonly context: StreamContext
  readonly keys: KeySource
  readonly log: Log
}

/** What all partitions of a protected stream share in a worker: its day keys and what is already released. */
export class ProtectedState {
  readonly released = new ReleasedMap()
  readonly keyring: Keyring
  readonly #o: ProtectedStateOptions
  #loading: Promise<void> | null = null

  constructor(o: ProtectedStateOptions) {
    this.#o = o
    this.keyring = new Keyring(o.keys, (day, error) =>
      o.log.error({ stream: o.context.stream.name, day, reason: reasonOf(error) }, 'KEY_LOST'),
    )
  }

  /** The group was joined: what other workers released meanwhile is read before a partition resumes. */
  joined(): void {
    this.#loading = null
  }

  /** Reads the ledger's commitments and the topic of releases to its end; once per join, for all partitions that it brings. */
  load(): Promise<void> {
    this.#loading ??= retry(() => this.#read(), {
      ...PATIENCE,
      retriable: (error) => !(error instanceof CityError) || error.retriable,
      sleep: (ms) => this.#o.ports.clock.sleep(ms),
      onRetry: (error) =>
        this.#o.log.warn({ stream: this.#o.context.stream.name, reason: reasonOf(error) }, 'releases not read, trying again'),
    })
    return this.#loading
  }

  async #read(): Promise<void> {
    const { ports, context } = this.#o
    this.keyring.learn(await ports.store.commitments(context.stream.name))
    const read = await readReleased({ kafka: ports.kafka, topic: context.windowsTopic, codec: context.windowCodec })
    for (const [key, release] of read) if (!this.released.has(key)) this.released.set(key, release)
  }
}

import type { ClickHouseClient } from '@clickhouse/client'
import { CityError, type Log, reasonOf, retry } from '@commonstream/runtime'
import type { Kafka } from 'kafkajs'
import { Keyring, type KeySource } from '../consume/keyring.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import { PATIENCE } from '../patience.ts'
import { readCommitments } from './ledger-row.ts'
import { readReleased, ReleasedMap } from './released.ts'

export interface ProtectedStateOptions {
  readonly kafka: Kafka
  readonly store: ClickHouseClient
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
      onRetry: (error) =>
        this.#o.log.warn({ stream: this.#o.context.stream.name, reason: reasonOf(error) }, 'releases not read, trying again'),
    })
    return this.#loading
  }

  async #read(): Promise<void> {
    const { kafka, store, context, log } = this.#o
    this.keyring.learn(await readCommitments(store, context.stream.name))
    const read = await readReleased({ kafka, topic: context.windowsTopic, codec: context.windowCodec, log })
    for (const [key, release] of read) if (!this.released.has(key)) this.released.set(key, release)
  }
}

import type { Stream } from '@commonstream/schemas'
import type { View } from '../questions/aggregates/request.ts'
import { partitionsQuestion, releasesStateQuestion, versionOf, watermarkOf } from '../questions/stream-state.ts'
import { Held } from './held.ts'
import type { Store } from './store.ts'

/** How new a stream's data are, read before the data themselves. */
export interface StreamVersion {
  /** Changes when the data that a view shows may have changed; tells the public of a protected stream nothing else. */
  readonly version: string
  /** Up to where windows are closed, epoch ms; null: not known, or not asked. */
  readonly watermark: number | null
}

/** Reads versions; what is asked again within a moment gets the same answer. */
export class Versions {
  readonly #store: Store
  readonly #held: Held

  /** @param holdMs how old a version may be: it may always be older than the data, never newer */
  constructor(store: Store, holdMs: number) {
    this.#store = store
    this.#held = new Held(holdMs)
  }

  /** @throws Problem as `Store.ask` */
  read(stream: Stream, view: View): Promise<StreamVersion> {
    const ofReleases = stream.disclosure !== null && view === 'public'
    return this.#held.get(`${stream.name} ${ofReleases}`, () => (ofReleases ? this.#releases(stream) : this.#events(stream)))
  }

  async #releases(stream: Stream): Promise<StreamVersion> {
    const [state] = await this.#store.ask(releasesStateQuestion(stream))
    return { version: `${state?.rows ?? 0}:${state?.newest ?? 0}`, watermark: null }
  }

  async #events(stream: Stream): Promise<StreamVersion> {
    const partitions = await this.#store.ask(partitionsQuestion(stream.name))
    return { version: versionOf(partitions), watermark: watermarkOf(stream, partitions) }
  }
}

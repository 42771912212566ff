import { documentsQuestion, type Folded } from '../questions/folded-since.ts'
import { Held } from './held.ts'
import type { Store } from './store.ts'

/** Documents change with contracts, and with those this service is started anew. */
const HOLD_MS = 60_000

/** Reads which fold documents a stream's windows live under. */
export class DocumentBook {
  readonly #store: Store
  readonly #held: Held

  /** @param holdMs 0: asked every time */
  constructor(store: Store, holdMs: number) {
    this.#store = store
    this.#held = new Held(holdMs === 0 ? 0 : HOLD_MS)
  }

  /** Oldest first; none while the ledger has no row. @throws Problem as `Store.ask` */
  read(stream: string): Promise<readonly Folded[]> {
    return this.#held.get(stream, async () => (await this.#store.ask(documentsQuestion(stream)))[0] ?? [])
  }
}

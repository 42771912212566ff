import type { Question } from '../questions/question.ts'
import { Held } from './held.ts'
import type { Store } from './store.ts'

/** What is kept here changes with contracts and imports: a minute is soon enough to show it. */
const HOLD_MS = 60_000

/** The one row that a question about a stream brings, which is asked again after a minute. */
export class RowBook<Row> {
  readonly #store: Store
  readonly #held: Held
  readonly #questionOf: (stream: string) => Question<Row>

  /** @param holdMs 0: asked every time */
  constructor(store: Store, holdMs: number, questionOf: (stream: string) => Question<Row>) {
    this.#store = store
    this.#held = new Held(holdMs === 0 ? 0 : HOLD_MS)
    this.#questionOf = questionOf
  }

  /** Null where the question brings none. @throws Problem as `Store.ask` */
  read(stream: string): Promise<Row | null> {
    return this.#held.get(stream, async () => (await this.#store.ask(this.#questionOf(stream)))[0] ?? null)
  }
}

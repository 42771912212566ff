import type { Stream } from '@commonstream/schemas'
import { gapsQuestion } from '../questions/gaps.ts'
import type { Step } from '../questions/steps.ts'
import type { Store } from './store.ts'
import type { StreamVersion } from './stream-version.ts'

interface Page {
  readonly version: StreamVersion
  readonly gaps: Promise<readonly Step[]>
}

/**
 * The ranges of each stream of which nothing is known. They are few, but stand among all windows: read once, and then
 * only what is new. A gap begins where a partition's watermark was, and no watermark goes back, so none that is new
 * begins before the least watermark of the last reading.
 */
export class GapBook {
  readonly #store: Store
  readonly #pages = new Map<string, Page>()

  constructor(store: Store) {
    this.#store = store
  }

  /** The gaps of a stream, at least those that were there when `version` was read. @throws Problem as `Store.ask` */
  async read(stream: Stream, version: StreamVersion): Promise<readonly Step[]> {
    const before = this.#pages.get(stream.name)
    if (before?.version.version === version.version) return before.gaps
    const page = { version, gaps: this.#readOn(stream, before) }
    this.#pages.set(stream.name, page)
    try {
      return await page.gaps
    } catch (error) {
      if (this.#pages.get(stream.name) === page) this.#pages.delete(stream.name)
      throw error
    }
  }

  async #readOn(stream: Stream, before: Page | undefined): Promise<readonly Step[]> {
    const watermark = before?.version.watermark ?? null
    if (before === undefined || watermark === null) return this.#store.ask(gapsQuestion(stream, 0))
    const since = watermark - stream.window.sizeMs
    const [known, found] = await Promise.all([before.gaps, this.#store.ask(gapsQuestion(stream, since))])
    return [...known.filter((gap) => gap.start < since), ...found]
  }
}

import type { Stream } from '@commonstream/schemas'
import { type Gap, gapsQuestion } from '../questions/gaps.ts'
import type { Store } from './store.ts'
import type { StreamVersion } from './stream-version.ts'

/** From time to time everything is read again: a store that is rebuilt learns of gaps long past. */
const READ_AGAIN_MS = 600_000

interface Page {
  /** When everything was read last, ms of the book's clock. */
  readonly whole: number
  readonly version: StreamVersion
  readonly gaps: Promise<readonly Gap[]>
}

/**
 * The ranges of each stream of which nothing is known. They are few, but stand among all windows: read once, and then
 * only what is new. A gap begins where a partition's watermark was, and no watermark goes back, so none that is new
 * begins before the least watermark of the last reading.
 */
export class GapBook {
  readonly #store: Store
  readonly #now: () => number
  readonly #pages = new Map<string, Page>()

  /** @param now a clock that only goes forward, ms */
  constructor(store: Store, now: () => number = () => performance.now()) {
    this.#store = store
    this.#now = now
  }

  /** The gaps of a stream, at least those that were there when `version` was read. @throws Problem as `Store.ask` */
  async read(stream: Stream, version: StreamVersion): Promise<readonly Gap[]> {
    const before = this.#pages.get(stream.name)
    if (before?.version.version === version.version) return before.gaps
    const page = this.#isGoodFor(before, version) ? this.#readOn(stream, before, version) : this.#readAll(stream, version)
    this.#pages.set(stream.name, page)
    try {
      return await page.gaps
    } catch (error) {
      if (this.#pages.get(stream.name) === page) this.#pages.delete(stream.name)
      throw error
    }
  }

  #isGoodFor(before: Page | undefined, { watermark }: StreamVersion): before is Page & { version: { watermark: number } } {
    if (before === undefined || before.version.watermark === null || watermark === null) return false
    return watermark >= before.version.watermark && this.#now() < before.whole + READ_AGAIN_MS
  }

  #readAll(stream: Stream, version: StreamVersion): Page {
    return { whole: this.#now(), version, gaps: this.#store.ask(gapsQuestion(stream, 0)) }
  }

  #readOn(stream: Stream, before: Page & { version: { watermark: number } }, version: StreamVersion): Page {
    const since = before.version.watermark - stream.window.sizeMs
    const both = Promise.all([before.gaps, this.#store.ask(gapsQuestion(stream, since))])
    const gaps = both.then(([known, found]) => [...known.filter((gap) => gap.start < since), ...found])
    return { whole: before.whole, version, gaps }
  }
}

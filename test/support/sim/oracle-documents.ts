import type { FoldDocument } from '@commonstream/schemas'

/** The fold documents in force (protocol section 2), a second time. */
export class OracleDocuments {
  readonly #list: FoldDocument[] = []
  readonly #skewMs: number

  constructor(skewMs: number) {
    this.#skewMs = skewMs
  }

  get none(): boolean {
    return this.#list.length === 0
  }

  /** The longest that a window may still be open behind its start. */
  get longestMs(): number {
    return Math.max(...this.#list.map((d) => d.latenessMs + d.sizeMs))
  }

  /** A marker whose `from` had come when it was appended is refused; the same again is nothing. */
  mark(document: FoldDocument, appended: number): void {
    const newest = this.#list.at(-1)
    if (JSON.stringify(newest) === JSON.stringify(document)) return
    const late = newest !== undefined && (document.from ?? 0) <= appended + document.aheadMs + this.#skewMs
    if (!late) this.#list.push(document)
  }

  at(at: number): FoldDocument {
    return (this.#list.findLast((d) => d.from === null || d.from <= at) ?? this.#list[0]) as FoldDocument
  }

  window(at: number): { start: number; sizeMs: number } {
    const { sizeMs } = this.at(at)
    return { start: Math.floor(at / sizeMs) * sizeMs, sizeMs }
  }
}

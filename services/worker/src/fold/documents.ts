import type { FoldDocument } from '@commonstream/schemas'
import { EventShape } from './event-shape.ts'
import { refusedChange } from './refused-change.ts'
import { LAW, type Scale } from './scale.ts'

/** A window of event time: half-open, epoch ms. */
export interface Span {
  readonly start: number
  readonly sizeMs: number
}

/** The fold documents in force in one partition, oldest first. */
export class Documents {
  readonly #skewMs: number
  #list: FoldDocument[] = []
  #shapes: EventShape[] = []
  #json: string | null = null

  constructor({ skewMs }: Pick<Scale, 'skewMs'> = LAW) {
    this.#skewMs = skewMs
  }

  get list(): readonly FoldDocument[] {
    return this.#list
  }

  /** The list as JSON, as each ledger row has it. */
  get json(): string {
    return (this.#json ??= JSON.stringify(this.#list))
  }

  get newest(): FoldDocument | undefined {
    return this.#list.at(-1)
  }

  /**
   * Takes a document from the log. Returns why it is refused, or null. The first is in force from the beginning of
   * time; a later one needs a `from` past its marker's append time + ahead + clock skew, on a boundary of both sizes.
   */
  add(document: FoldDocument, appended: number): string | null {
    const before = this.newest
    if (before === undefined) {
      if (document.from !== null) return 'the first document of a stream must have no `from`'
      this.#push(document)
      return null
    }
    if (JSON.stringify(document) === JSON.stringify(before)) return null // the same marker again
    if (document.from === null) return 'a later document must say `from`'
    if (document.from <= appended + document.aheadMs + this.#skewMs) return 'its `from` had come before the marker was in the log'
    if (document.from <= (before.from ?? 0)) return 'its `from` is not later than that of the document before it'
    if (document.from % document.sizeMs !== 0 || document.from % before.sizeMs !== 0) return '`from` is no boundary of both window sizes'
    const changed = refusedChange(document, this.#list)
    if (changed !== null) return changed
    this.#push(document)
    return null
  }

  load(list: readonly FoldDocument[]): void {
    this.#list = []
    this.#shapes = []
    this.#json = null
    for (const document of list) this.#push(document)
  }

  #push(document: FoldDocument): void {
    this.#list.push(document)
    this.#json = null
    this.#shapes.push(new EventShape(document))
  }

  /** No window is open for longer than this behind its start. */
  get longestMs(): number {
    return Math.max(...this.#list.map((d) => d.sizeMs + d.latenessMs))
  }

  /** The document that windows holding `at` live under. */
  at(at: number): FoldDocument {
    return this.#list[this.#index(at)] as FoldDocument
  }

  /** What that document makes of single events. */
  shape(at: number): EventShape {
    return this.#shapes[this.#index(at)] as EventShape
  }

  window(at: number): Span {
    const { sizeMs } = this.at(at)
    return { start: Math.floor(at / sizeMs) * sizeMs, sizeMs }
  }

  #index(at: number): number {
    for (let i = this.#list.length - 1; i > 0; i--) {
      const { from } = this.#list[i] as FoldDocument
      if (from !== null && from <= at) return i
    }
    if (this.#list.length === 0) throw new Error('no fold document in force')
    return 0
  }
}

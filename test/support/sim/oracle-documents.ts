import { CodecFault, type EventCodec, eventCodec, type EventRecord, type FoldDocument } from '@commonstream/schemas'

/** The fold documents in force (protocol section 2), a second time. */
export class OracleDocuments {
  readonly #list: FoldDocument[] = []
  readonly #skewMs: number
  /** How each event schema that the log has named so far is read, by id. */
  readonly codecs = new Map<number, EventCodec>()

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
    if (late) return
    this.#list.push(document)
    for (const { id, avro } of document.schemas ?? []) {
      if (!this.codecs.has(id)) this.codecs.set(id, eventCodec({ schemaId: id, avro, versions: new Map([[id, avro]]) }))
    }
  }

  /** An event in the schema that it was written in; null where the log has not named that, or it is garbage. */
  decode(value: Buffer | null): EventRecord | null {
    if (value === null || value.length < 5) return null
    try {
      return this.codecs.get(value.readInt32BE(1))?.decode(value) ?? null
    } catch (error) {
      if (error instanceof CodecFault) return null
      throw error
    }
  }

  at(at: number): FoldDocument {
    return (this.#list.findLast((d) => d.from === null || d.from <= at) ?? this.#list[0]) as FoldDocument
  }

  window(at: number): { start: number; sizeMs: number } {
    const { sizeMs } = this.at(at)
    return { start: Math.floor(at / sizeMs) * sizeMs, sizeMs }
  }
}

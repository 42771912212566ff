import { type FoldDocument, parseFoldDocument } from '@commonstream/schemas'
import { hourOf } from '../fold/chunk.ts'
import { Documents } from '../fold/documents.ts'
import { kindOf, recordId, tickOf } from '../fold/record.ts'
import { LAW, type Scale } from '../fold/scale.ts'
import type { LogRecord } from '../fold/types.ts'
import { Watermark } from '../fold/watermark.ts'

/**
 * Reads a log whose head is gone until it knows enough to fold on (protocol section 10): the horizon of duplicates, and
 * ten minutes of ticked time, so that every bridge that ticks was heard. Writes nothing and counts nothing.
 */
export class WarmUp {
  readonly documents: Documents
  readonly watermark: Watermark
  /** Offset of the first chunk that is written; null while it is not reached. */
  start: number | null = null
  /** Id of the record before it. */
  lastId = ''
  /** Offsets from which the log had named each event schema; those of documents before the log's start are not in it. */
  readonly schemas: Record<string, number> = {}
  readonly #isProtected: boolean
  readonly #scale: Scale
  #first: { offset: number; appended: number } | null = null
  #before: LogRecord | null = null
  #tickedMs = 0
  #lastTick: number | null = null

  readonly #behind: number

  /**
   * @param known the fold documents in force at the log's start: those that infra had put before it
   * @param behind no chunk is written that begins at or before this offset
   */
  constructor(isProtected: boolean, known: readonly FoldDocument[], scale: Scale = LAW, behind = -1) {
    this.#behind = behind
    this.#isProtected = isProtected
    this.#scale = scale
    this.documents = new Documents(scale)
    this.watermark = new Watermark(scale)
    this.documents.load(known)
  }

  /** Takes the next record; true once the first chunk that is written has been found, which begins with this record. */
  take(record: LogRecord): boolean {
    const before = this.watermark.appended
    const appended = this.watermark.append(record.appended)
    this.#first ??= { offset: record.offset, appended }
    if (this.#before !== null && this.#knowsEnough(record.offset, appended) && this.#beginsChunk(record, before, appended)) {
      this.start = record.offset
      this.lastId = recordId(this.#before)
      return true
    }
    this.#before = record
    if (kindOf(record) === 'tick') this.#tick(record, appended)
    if (kindOf(record) === 'fold') this.#marker(record, appended)
    return false
  }

  #marker(record: LogRecord, appended: number): void {
    const document = parseFoldDocument(record.value ?? Buffer.alloc(0))
    const known = new Set(this.documents.list.flatMap((d) => d.schemas?.map((s) => s.id) ?? []))
    if (this.documents.add(document, appended) !== null) return
    for (const { id } of document.schemas ?? []) if (!known.has(id)) this.schemas[id] = record.offset
  }

  /** Start of the first window whose events all lie behind `start`: none could have come before it. */
  get begin(): number {
    const at = this.watermark.appended + (this.documents.newest?.aheadMs ?? 0) + this.#scale.skewMs
    const { start, sizeMs } = this.documents.window(at)
    return start === at ? at : start + sizeMs
  }

  #knowsEnough(offset: number, appended: number): boolean {
    const first = this.#first as { offset: number; appended: number }
    const { offsets, ageMs } = this.#isProtected ? this.#scale.protectedHorizon : this.#scale.horizon
    const horizon = appended - first.appended >= ageMs || (offsets !== null && offset - first.offset >= offsets)
    return offset > this.#behind && horizon && this.#tickedMs > this.#scale.forgetMs && this.documents.newest !== undefined
  }

  /** Chunk starts are a function of neighbouring records alone, so that every reader finds the same ones. */
  #beginsChunk(record: LogRecord, before: number, appended: number): boolean {
    return (
      record.offset % this.#scale.chunkOffsets === 0 ||
      kindOf(record) === 'fold' ||
      hourOf(before, this.#scale) !== hourOf(appended, this.#scale)
    )
  }

  #tick(record: LogRecord, appended: number): void {
    const tick = tickOf(record)
    if (tick === null) return
    if (this.#lastTick !== null) this.#tickedMs += Math.min(appended - this.#lastTick, this.#scale.silenceStepMs)
    this.#lastTick = appended
    this.watermark.tick(tick.bridge, tick.asOf, appended)
  }
}

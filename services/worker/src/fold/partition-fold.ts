import { CodecFault, EventReader, type EventRecord, FOLD_ALGORITHMS, type FoldDocument, parseFoldDocument } from '@commonstream/schemas'
import { type Alerts, createAlerts } from './alerts/alerts.ts'
import { Carries } from './carries.ts'
import { ChunkCounts, endsAfter, endsBefore, hourOf } from './chunk.ts'
import { closeWindows } from './close.ts'
import { Documents, type Span } from './documents.ts'
import type { EventShape } from './event-shape.ts'
import type { Value } from './figures.ts'
import { Horizon } from './horizon.ts'
import { type Judge, publishGap, publishWindow, releaseSensors } from './publish.ts'
import { kindOf, recordId, tickOf } from './record.ts'
import type { FoldOptions } from './fold-options.ts'
import { LAW, type Scale } from './scale.ts'
import { type SensorAccount, SensorAccounts } from './sensors.ts'
import type { Fingerprint, LogRecord } from './types.ts'
import { Watermark } from './watermark.ts'
import { type Part, Windows } from './windows.ts'

/**
 * The fold of one partition: a pure function of its log (and of day keys and what is already released). `step` is the
 * only way forward; it is synchronous and neither reads a clock nor does I/O. Results go to the sink.
 */
export class PartitionFold {
  readonly scale: Scale
  readonly documents: Documents
  readonly watermark: Watermark
  readonly windows: Windows
  /** Decodes events as the log has said so far. */
  readonly reader: EventReader
  readonly accounts = new SensorAccounts()
  readonly carries = new Carries()
  alerts: Alerts | null = null
  /** Start of the first window that is not closed; null before the first tick ever. */
  frontier: number | null = null
  /** After a rebuild: first window whose value is known; earlier ones are not revised. Null: from the beginning. */
  begin: number | null = null
  chunk: { start: number; hour: number; counts: ChunkCounts } | null = null
  /** The algorithm that a document asks for and this code does not run: nothing behind it may be folded. */
  foreignAlgorithm: number | null = null
  /** Event records folded in so far, and how many of them were refused. */
  events = 0
  rejected = 0
  /** The last record folded in; -1 before the first. */
  last = -1
  #lastRecord: LogRecord | null = null
  /** The greatest append time of what was warmed: as in the fold, it does not step back with a leader's clock. */
  #warmedAt = 0
  readonly #o: FoldOptions
  readonly #horizon: Horizon
  #document: FoldDocument | null = null
  #shape: EventShape | null = null
  #judgesReadings = false

  constructor(options: FoldOptions) {
    this.#o = options
    this.scale = options.scale ?? LAW
    this.documents = new Documents(this.scale)
    this.watermark = new Watermark(this.scale)
    this.reader = new EventReader(options.versions)
    this.#horizon = new Horizon(options.isProtected ? this.scale.protectedHorizon : this.scale.horizon)
    this.windows = new Windows((start) => this.documents.shape(start))
  }

  /** Re-reads a record before the resume point, documents loaded: its id enters the horizon, nothing else happens. */
  warm(record: LogRecord): void {
    this.#warmedAt = Math.max(this.#warmedAt, record.appended)
    if (kindOf(record) === 'event' && record.value !== null) {
      try {
        this.#horizon.seen(this.reader.decode(record.value, record.offset).event_id, record.offset, this.#warmedAt)
      } catch (error) {
        if (!(error instanceof CodecFault)) throw error // refused when it was folded, and counted then
      }
    }
    this.#lastRecord = record
  }

  /** Id of the last record that was warmed or folded in; empty before the first. */
  get lastId(): string {
    return this.#lastRecord === null ? '' : recordId(this.#lastRecord)
  }

  /**
   * Puts documents in force that were read back, oldest first.
   * @param since the offsets from which the log had named each event schema (`EventReader.since`)
   */
  loadDocuments(list: readonly FoldDocument[], since: Readonly<Record<string, number>>): void {
    this.documents.load(list)
    this.reader.load(list, since)
    for (const document of list) this.#use(document)
  }

  /** Count and hash of what is open: windows, alert states and the points before the open windows. */
  fingerprint(): Fingerprint {
    return {
      carries: this.carries.fingerprint(),
      open: this.windows.fingerprint(this.frontier),
      states: { count: this.alerts?.states().length ?? 0, hash: this.alerts?.hash ?? '' },
    }
  }

  /** Folds the next record in. */
  step(record: LogRecord): void {
    const appended = this.watermark.append(record.appended)
    const kind = kindOf(record)
    if (this.chunk !== null && endsBefore(this.chunk, record.offset, appended, kind === 'fold', this.scale)) this.endChunk()
    this.chunk ??= { start: record.offset, hour: hourOf(appended, this.scale), counts: new ChunkCounts() }
    if (kind === 'fold') this.#marker(record, appended)
    else if (kind === 'tick') this.#tick(record, appended)
    else this.#event(record, appended)
    this.last = record.offset
    this.#lastRecord = record
    if (endsAfter(record.offset, this.scale)) this.endChunk()
  }

  /** The chunk at hand is whole: said by the record after it, or by whoever knows its end. */
  endChunk(): void {
    this.#o.sink.chunkEnd()
    this.windows.endChunk(this.frontier ?? Number.NEGATIVE_INFINITY)
    this.accounts.clear()
    this.chunk = null
  }

  #marker(record: LogRecord, appended: number): void {
    const document = parseFoldDocument(record.value ?? Buffer.alloc(0))
    if (!FOLD_ALGORITHMS.includes(document.algorithm)) {
      this.foreignAlgorithm = document.algorithm
      return
    }
    const refused = this.documents.add(document, appended)
    if (refused !== null) return this.#o.sink.documentRefused(refused, record.offset)
    this.reader.learn(document, record.offset)
    this.#use(this.documents.newest as FoldDocument)
  }

  /** Prepares what is derived from the newest document. */
  #use(document: FoldDocument): void {
    if (document === this.#document) return
    this.#document = document
    this.#shape = this.documents.shape(Number.POSITIVE_INFINITY)
    if (this.alerts === null) this.alerts = createAlerts(document, this.#o.stream)
    else this.alerts.setDocument(document)
    this.#judgesReadings = this.alerts.wants('reading')
  }

  #event(record: LogRecord, appended: number): void {
    const counts = this.chunk!.counts
    counts.records++
    this.events++
    let event: EventRecord
    try {
      if (record.value === null) throw new CodecFault('corrupt', 'an event without a value')
      event = this.reader.decode(record.value, record.offset)
    } catch (error) {
      if (!(error instanceof CodecFault)) throw error
      const account = this.accounts.of('unknown')
      account.records++
      account.rejected++
      counts.rejected++
      this.rejected++
      this.#o.sink.reject({ reason: error.reason, detail: error.message, sensor: '', record })
      return
    }
    const account = this.accounts.of(event.sensor)
    account.records++
    if (this.#horizon.seen(event.event_id, record.offset, appended)) {
      account.duplicate++
      counts.duplicates++
      return
    }
    this.#store(event, account, record.offset, appended)
  }

  #store(event: EventRecord, account: SensorAccount, offset: number, appended: number): void {
    const counts = this.chunk!.counts
    account.stored++
    counts.stored++
    counts.addId(event.event_id)
    const part = this.#partFor(event, account)
    const { shape } = part
    const values = shape.integers(event)
    if (event.clamped) {
      account.clamped++
      counts.clamped++
      part.figures.clamped++
    }
    part.figures.add(event.at, event.event_id, values, shape.keepLast)
    if (this.frontier !== null && part.span.start < this.frontier) this.#late(part, account, offset, values)
    this.windows.touch(part)
    if (!this.#o.isProtected) account.keepNewest(event.at, event.event_id, event.clamped, shape, values)
    if (this.#o.keepReadings) this.#o.sink.reading(event, values, offset, appended, shape.properties)
    if (this.#judgesReadings) this.#judgeReading(event, offset)
  }

  /** The window that an event went to is closed: it is revised, but in protected streams and where nothing was known before. */
  #late(part: Part, account: SensorAccount, offset: number, values: readonly Value[]): void {
    account.late++
    this.chunk!.counts.late++
    part.figures.late++
    if (this.#o.isProtected || (this.begin !== null && part.span.start < this.begin)) return
    this.windows.revise(part, { rev: offset, bridges: this.watermark.bridges, frontier: this.frontier as number }, values)
    if (part.shape.ways !== null) this.carries.late(part.shape.properties, part.sensor, part.figures)
  }

  #partFor(event: EventRecord, account: SensorAccount): Part {
    const held = account.part
    if (held !== null && event.at >= held.span.start && event.at < held.span.start + held.span.sizeMs) return held
    const part = this.windows.part(event.sensor, this.documents.window(event.at))
    account.part = part
    return part
  }

  #judgeReading(event: EventRecord, offset: number): void {
    const values = (this.#shape as EventShape).declared(event)
    const id = event.event_id.toString('hex')
    // A clamped event that comes again beyond the horizon has another instant, and may open another alert.
    const name = event.clamped ? `${id}@${event.at}` : id
    for (const t of this.alerts!.onReading(event.sensor, event.at, name, values, { partition: this.#o.partition, offset }))
      this.#o.sink.transition(t)
  }

  #tick(record: LogRecord, appended: number): void {
    const tick = tickOf(record)
    if (tick === null || this.documents.newest === undefined) return
    const { before, now } = this.watermark.tick(tick.bridge, tick.asOf, appended)
    const { documents, windows } = this
    const { gapMs } = this.scale
    const closing = { documents, windows, gapMs, closeGap: this.#closeGap.bind(this), closeOne: this.#closeOne.bind(this) }
    this.frontier = closeWindows(closing, this.frontier, record.offset, before, now, this.#o.isProtected)
  }

  #closeGap(from: number, to: number, offset: number): void {
    publishGap({ ...this.#o, document: this.documents.at(from), from, to, offset, bridges: this.watermark.bridges })
  }

  #closeOne(document: FoldDocument, span: Span, offset: number): void {
    const judge: Judge | null = this.alerts?.wants('window')
      ? (sensor, window, values, at) => this.#judgeWindow(sensor, window, values, at)
      : null
    const common = { document, span, offset, windows: this.windows, sink: this.#o.sink, bridges: this.watermark.bridges, judge }
    if (!this.#o.isProtected) return publishWindow({ ...common, carries: this.carries })
    const dayKey = this.#o.dayKey(new Date(span.start).toISOString().slice(0, 10))
    releaseSensors({ ...common, sensors: this.#o.ownSensors(document), dayKey, released: this.#o.released })
  }

  #judgeWindow(sensor: string, span: Span, values: Record<string, number | null>, offset: number): void {
    const place = { partition: this.#o.partition, offset }
    for (const t of this.alerts!.onWindow(sensor, { start: span.start, end: span.start + span.sizeMs }, values, place))
      this.#o.sink.transition(t)
  }
}

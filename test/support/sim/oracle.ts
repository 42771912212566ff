import type { EventRecord, FoldDocument } from '@commonstream/schemas'
import type { StreamContext } from '@commonstream/worker/flush/stream-context.ts'
import { copyOf, type Group, nothing } from './merge.ts'
import { OracleAlerts } from './oracle-rules.ts'
import { OracleDocuments } from './oracle-documents.ts'
import { type Counts, type ExpectedChunk, type ExpectedReading, type ExpectedWindow, noCounts } from './oracle-types.ts'
import { addValue, integersOf, isPointed, nextWith, told } from './oracle-points.ts'
import { OracleWatermark } from './oracle-watermark.ts'
import type { StoredRecord } from './sim-kafka.ts'

const windowKey = (sensor: string, start: number, sizeMs: number) => `${sensor}|${start}|${sizeMs}`

/**
 * What follows from one partition's log by the law, computed in one pass over it with plain maps: no chunks to resume
 * from, no store, nothing of the worker's fold.
 */
export class Oracle {
  /** By sensor, window and size: everything stored. */
  readonly groups = new Map<string, Group>()
  /** By the same key and revision; the last one stands. */
  readonly windows = new Map<string, ExpectedWindow[]>()
  readonly chunks: ExpectedChunk[] = []
  /** By sensor and hour. */
  readonly accounting = new Map<string, Counts>()
  readonly readings: ExpectedReading[] = []
  readonly rejected: number[] = []
  readonly alerts: OracleAlerts
  readonly gaps: { readonly from: number; readonly to: number }[] = []
  frontier: number | null = null
  /** Start of the first window that is published at all. */
  begins = Number.NEGATIVE_INFINITY
  readonly #context: StreamContext
  readonly #partition: number
  readonly #documents: OracleDocuments
  readonly #watermark: OracleWatermark
  /** Up to where each tick closed windows, and the bridges that were heard then. */
  readonly #closes: { readonly to: number; readonly heard: ReadonlySet<string> }[] = []
  readonly #seen = new Map<string, { offset: number; appended: number }>()
  #appended = Number.NEGATIVE_INFINITY

  constructor(context: StreamContext, partition: number) {
    this.#context = context
    this.#partition = partition
    this.#documents = new OracleDocuments(context.scale.skewMs)
    this.#watermark = new OracleWatermark(context.scale)
    this.alerts = new OracleAlerts(context.isProtected)
  }

  fold(records: readonly StoredRecord[]): this {
    for (const record of records) this.#step(record)
    return this
  }

  #step(record: StoredRecord): void {
    const { scale } = this.#context
    const kind = record.headers['kind'] === undefined ? 'event' : String(record.headers['kind'])
    const before = this.#appended
    this.#appended = Math.max(this.#appended, record.appended)
    const hour = (ms: number) => Math.floor(ms / scale.hourMs)
    const begins = record.offset % scale.chunkOffsets === 0 || kind === 'fold' || hour(before) !== hour(this.#appended)
    if (begins || this.chunks.length === 0) {
      const open = this.chunks.at(-1)
      if (open !== undefined) open.complete = true
      this.chunks.push({ start: record.offset, last: record.offset, complete: false, ids: Buffer.alloc(16), ...noCounts() })
    }
    const chunk = this.chunks.at(-1) as ExpectedChunk
    chunk.last = record.offset
    if ((record.offset + 1) % scale.chunkOffsets === 0) chunk.complete = true
    if (kind === 'fold') this.#documents.mark(JSON.parse(String(record.value)) as FoldDocument, this.#appended)
    else if (kind === 'tick') this.#tick(record)
    else this.#event(record, chunk)
  }

  #event(record: StoredRecord, chunk: ExpectedChunk): void {
    const hour = Math.floor(this.#appended / this.#context.scale.hourMs) * this.#context.scale.hourMs
    const event = this.#documents.decode(record.value)
    const account = this.#account(event?.sensor ?? 'unknown', hour)
    const count = (what: keyof Counts) => {
      account[what]++
      chunk[what]++
    }
    count('records')
    if (event === null) {
      count('rejected')
      this.rejected.push(record.offset)
      return
    }
    if (this.#wasSeen(event, record.offset)) return count('duplicates')
    count('stored')
    for (let i = 0; i < 16; i++) chunk.ids[i] = (chunk.ids[i] as number) ^ (event.event_id[i] as number)
    if (event.clamped) count('clamped')
    if (this.#store(event, record.offset)) count('late')
  }

  #wasSeen(event: EventRecord, offset: number): boolean {
    const { isProtected, scale } = this.#context
    const { offsets, ageMs } = isProtected ? scale.protectedHorizon : scale.horizon
    const id = event.event_id.toString('hex')
    const was = this.#seen.get(id)
    this.#seen.set(id, { offset, appended: this.#appended })
    return was !== undefined && this.#appended - was.appended <= ageMs && (offsets === null || offset - was.offset <= offsets)
  }

  /** Returns whether the window was closed already. */
  #store(event: EventRecord, offset: number): boolean {
    const { properties } = this.#documents.at(event.at)
    const values = integersOf(properties, event)
    const { start, sizeMs } = this.#documents.window(event.at)
    const late = this.frontier !== null && start < this.frontier
    const group = this.#group(event.sensor, start, sizeMs)
    const id = event.event_id.toString('hex')
    group.count++
    group.late += Number(late)
    group.clamped += Number(event.clamped)
    for (const property of properties) addValue(group, property, values[property.name] ?? null, event.at, id)
    const closed = late ? this.#closes.find(({ to }) => start < to) : undefined
    this.readings.push({ offset, event, values, late, heard: (bridge) => closed?.heard.has(bridge) ?? true })
    this.alerts.reading(event, properties)
    if (late && !this.#context.isProtected) {
      this.#publish(event.sensor, start, sizeMs, offset, 'late')
      const said = properties.filter((property) => isPointed(property) && values[property.name] !== null)
      const nexts = said.flatMap(({ name }) => nextWith(this.#groupsOf(event.sensor), name, start, this.frontier as number) ?? [])
      for (const next of new Set(nexts)) this.#publish(event.sensor, next.start, next.sizeMs, offset, 'late')
    }
    return late
  }

  #groupsOf(sensor: string): Group[] {
    return [...this.groups.values()].filter((g) => g.sensor === sensor)
  }

  #tick(record: StoredRecord): void {
    const asOf = Number(String(record.headers['asOf']))
    if (this.#documents.none) return
    const before = this.#watermark.value
    this.#watermark.tick(String(record.headers['bridge']), asOf, this.#appended)
    const now = this.#watermark.value
    if (this.frontier === null) return this.#begin(now, record.offset)
    this.#close(now, record.offset, before !== Number.NEGATIVE_INFINITY && now - before > this.#context.scale.gapMs)
  }

  /** The first tick: what is over by then is closed; a protected stream begins with the first whole window. */
  #begin(now: number, offset: number): void {
    if (this.#context.isProtected) {
      const at = Math.max(now, this.#documents.at(now).disclosure?.from ?? 0)
      const { start, sizeMs } = this.#documents.window(at)
      this.frontier = this.begins = start === at ? start : start + sizeMs
      this.#closes.push({ to: this.frontier, heard: this.#watermark.heard })
      return
    }
    const starts = [...this.groups.values()].map((g) => g.start)
    // Lateness is the window's own: how far back something may still be open is found by going forward from far enough.
    this.frontier = this.#documents.window(Math.min(now - this.#documents.longestMs, ...starts)).start
    this.#close(now, offset, false)
  }

  #close(now: number, offset: number, gap: boolean): void {
    const from = this.frontier as number
    let to = from
    const over: { start: number; sizeMs: number; document: FoldDocument }[] = []
    for (;;) {
      const document = this.#documents.at(to)
      const { start, sizeMs } = this.#documents.window(to)
      if (start + sizeMs + document.latenessMs > now) break
      over.push({ start, sizeMs, document })
      to = start + sizeMs
    }
    this.frontier = to
    this.#closes.push({ to, heard: this.#watermark.heard })
    if (gap && to > from) this.#gap(from, to, offset)
    for (const { start, sizeMs, document } of over) {
      if (this.#context.isProtected) {
        if (!gap) this.#release(document, start, sizeMs, offset)
        continue
      }
      const sensors = [...this.groups.values()].filter((g) => g.start === start && g.sizeMs === sizeMs).map((g) => g.sensor)
      for (const sensor of sensors.sort()) {
        this.#publish(sensor, start, sizeMs, offset, 'closed')
        this.alerts.window(this.groups.get(windowKey(sensor, start, sizeMs)) as Group)
      }
    }
  }

  #gap(from: number, to: number, offset: number): void {
    this.gaps.push({ from, to })
    const policy = this.#documents.at(from).disclosure?.policy ?? 0
    const sensors = this.#context.isProtected ? this.#own(this.#documents.at(from)) : ['']
    const common = {
      start: from,
      sizeMs: to - from,
      status: 'no_data',
      origin: 'closed',
      bridges: this.#watermark.bridges,
      group: null,
      told: {},
      sums: null,
    } as const
    for (const sensor of sensors) this.#say({ ...common, sensor, policy, rev: this.#context.isProtected ? 0 : offset })
  }

  #release(document: FoldDocument, start: number, sizeMs: number, offset: number): void {
    const policy = document.disclosure
    if (policy === null || start < policy.from) return
    for (const sensor of this.#own(document)) {
      const group = this.groups.get(windowKey(sensor, start, sizeMs))
      const sums = Object.fromEntries(document.properties.map(({ name }) => [name, group?.properties[name]?.sum ?? 0]))
      const common = { status: 'ok', origin: 'closed', bridges: this.#watermark.bridges, group: null, told: {} } as const
      this.#say({ ...common, sensor, start, sizeMs, rev: 0, policy: policy.policy, sums })
      this.alerts.due.push({ sensor, start, sizeMs, offset })
    }
  }

  #publish(sensor: string, start: number, sizeMs: number, rev: number, origin: 'closed' | 'late'): void {
    const group = copyOf(this.groups.get(windowKey(sensor, start, sizeMs)) as Group)
    const pointed = this.#documents.at(start).properties.filter(isPointed)
    const by = Object.fromEntries(pointed.map((property) => [property.name, told(property, group, this.#groupsOf(sensor))]))
    const place = { sensor, start, sizeMs, rev, origin, bridges: this.#watermark.bridges }
    this.#say({ ...place, status: 'ok', policy: 0, group, told: by, sums: null })
  }

  #say(row: ExpectedWindow): void {
    const key = windowKey(row.sensor, row.start, row.sizeMs)
    const said = this.windows.get(key)
    if (said === undefined) this.windows.set(key, [row])
    else said.push(row)
  }

  #own(document: FoldDocument): readonly string[] {
    return this.#context.ownSensors(document, this.#partition)
  }

  #group(sensor: string, start: number, sizeMs: number): Group {
    const key = windowKey(sensor, start, sizeMs)
    let group = this.groups.get(key)
    if (group === undefined) {
      const properties = Object.fromEntries(this.#documents.at(start).properties.map(({ name }) => [name, nothing()]))
      this.groups.set(key, (group = { sensor, start, sizeMs, count: 0, late: 0, clamped: 0, properties }))
    }
    return group
  }

  #account(sensor: string, hour: number): Counts {
    const key = `${sensor}|${hour}`
    let account = this.accounting.get(key)
    if (account === undefined) this.accounting.set(key, (account = noCounts()))
    return account
  }
}

import { createHash } from 'node:crypto'
import type { Span } from './documents.ts'
import type { EventShape } from './event-shape.ts'
import { Figures, type Value } from './figures.ts'

/** Of windows without counters and states, which are most. */
const NO_POINTS = new Map<string, Late>()

/** What the chunk at hand adds to one window of one sensor. */
export interface Part {
  readonly sensor: string
  readonly span: Span
  /** Of the document that the window lives under. */
  readonly shape: EventShape
  readonly figures: Figures
  /** Changed since its row was last written. */
  dirty: boolean
  /** Offset of the last event that came after the window had closed; -1: none. */
  lateRev: number
  /** How many bridges were heard then. */
  lateBridges: number
  /** Start of the first window that was not closed then. */
  lateFrontier: number
  /** Of a counter or state, by name: the last late event that had a value of it. */
  readonly latePoints: Map<string, Late>
}

/** A late event, and what was so when it came. */
export interface Late {
  readonly rev: number
  readonly bridges: number
  readonly frontier: number
}

interface Table {
  readonly span: Span
  readonly shape: EventShape
  /** Merge of the complete chunks, while the window is open. */
  readonly base: Map<string, Figures>
  readonly parts: Map<string, Part>
}

/** A window's figures read back from the store at resume. */
export interface OpenWindow {
  readonly sensor: string
  readonly start: number
  readonly sizeMs: number
  readonly figures: Figures
}

/** The windows of one partition: what complete chunks left of the open ones, and the parts of the chunk at hand. */
export class Windows {
  readonly #tables = new Map<number, Table>()
  readonly #shapeAt: (start: number) => EventShape
  #dirty: Part[] = []

  /** @param shapeAt what the document makes of events that windows of a start live under */
  constructor(shapeAt: (start: number) => EventShape) {
    this.#shapeAt = shapeAt
  }

  /** The chunk's part of a sensor's window, made when missing. */
  part(sensor: string, span: Span): Part {
    const table = this.#table(span)
    let part = table.parts.get(sensor)
    if (part === undefined) {
      const { shape } = table
      const figures = new Figures(shape.properties.length, shape.ways)
      const latePoints = shape.ways === null ? NO_POINTS : new Map<string, Late>()
      part = { sensor, span, shape, figures, dirty: false, lateRev: -1, lateBridges: 0, lateFrontier: Number.NEGATIVE_INFINITY, latePoints }
      table.parts.set(sensor, part)
    }
    return part
  }

  /** A late event changes the part's closed window. */
  revise(part: Part, late: Late, values: readonly Value[]): void {
    part.lateRev = late.rev
    part.lateBridges = late.bridges
    part.lateFrontier = late.frontier
    part.figures.points?.forEach((points, p) => {
      if (points !== null && values[p] !== null) part.latePoints.set((part.shape.properties[p] as { name: string }).name, late)
    })
  }

  /** The chunk's parts of a sensor's windows that start in [from, to), in no order. */
  partsOf(sensor: string, from: number, to: number): Part[] {
    const parts: Part[] = []
    for (const [start, table] of this.#tables) {
      const part = start >= from && start < to ? table.parts.get(sensor) : undefined
      if (part !== undefined) parts.push(part)
    }
    return parts
  }

  touch(part: Part): void {
    if (part.dirty) return
    part.dirty = true
    this.#dirty.push(part)
  }

  /** The parts that changed since the last call. */
  takeDirty(): Part[] {
    const dirty = this.#dirty
    this.#dirty = []
    for (const part of dirty) part.dirty = false
    return dirty
  }

  /** Starts of windows that hold data and begin within [from, to), ascending. */
  starts(from: number, to: number): number[] {
    return [...this.#tables.values()]
      .filter((t) => t.span.start >= from && t.span.start < to && (t.base.size > 0 || t.parts.size > 0))
      .map((t) => t.span.start)
      .sort((a, b) => a - b)
  }

  /** The sensors with data in a window, sorted, each with its merged figures. */
  values(start: number): { sensor: string; figures: Figures }[] {
    const table = this.#tables.get(start)
    if (table === undefined) return []
    const sensors = [...table.parts.keys()]
    for (const sensor of table.base.keys()) if (!table.parts.has(sensor)) sensors.push(sensor)
    return sensors.sort().map((sensor) => ({ sensor, figures: valueIn(table, sensor) as Figures }))
  }

  /** A sensor's merged figures in a window: to be read at once, and not to be changed. */
  value(start: number, sensor: string): Figures | null {
    const table = this.#tables.get(start)
    return table === undefined ? null : valueIn(table, sensor)
  }

  /** The window is closed: what complete chunks held is no longer needed; the chunk's own part stays until its end. */
  close(start: number): void {
    this.#tables.get(start)?.base.clear()
  }

  /** The chunk is whole: its parts of windows that are still open (`start >= frontier`) become base. */
  endChunk(frontier: number): void {
    for (const [start, table] of this.#tables) {
      if (start >= frontier) {
        for (const [sensor, part] of table.parts) {
          const base = table.base.get(sensor)
          if (base === undefined) table.base.set(sensor, part.figures)
          else base.merge(part.figures)
        }
      }
      table.parts.clear()
      if (table.base.size === 0) this.#tables.delete(start)
    }
    this.#dirty = []
  }

  /** Replaces everything by what was read back. */
  reset(open: Iterable<OpenWindow>): void {
    this.#tables.clear()
    this.#dirty = []
    for (const { sensor, start, sizeMs, figures } of open) this.#table({ start, sizeMs }).base.set(sensor, figures)
  }

  /**
   * Count and hash of the windows that are open (`start >= frontier`): what the ledger certifies and resume compares.
   * Only figures that the store has columns for count.
   */
  fingerprint(frontier: number | null): { count: number; hash: string } {
    const lines: string[] = []
    for (const { span, shape } of this.#tables.values()) {
      if (frontier !== null && span.start < frontier) continue
      for (const { sensor, figures } of this.values(span.start)) {
        const ids = figures.lastId.map((id) => (id ? Buffer.from(id).toString('hex') : ''))
        const points = figures.points === null ? '' : `|${JSON.stringify(figures.points)}`
        lines.push(
          `${span.start}|${span.sizeMs}|${JSON.stringify(sensor)}|${figures.count}|${figures.n.filter((_, i) => shape.stored[i]).join()}|${ids.join()}${points}`,
        )
      }
    }
    const hash = createHash('sha256')
    for (const line of lines.sort()) hash.update(line).update('\n')
    return { count: lines.length, hash: hash.digest('hex') }
  }

  /** Rows held, for the memory bound; of counters and states every few points are as much as a row. */
  get held(): number {
    let n = 0
    for (const { base, parts, shape } of this.#tables.values()) {
      n += base.size + parts.size
      if (shape.ways === null) continue
      for (const figures of base.values()) n += pointRows(figures)
      for (const { figures } of parts.values()) n += pointRows(figures)
    }
    return n
  }

  #table(span: Span): Table {
    let table = this.#tables.get(span.start)
    if (table === undefined) {
      table = { span, shape: this.#shapeAt(span.start), base: new Map(), parts: new Map() }
      this.#tables.set(span.start, table)
    }
    return table
  }
}

function valueIn({ base, parts }: Table, sensor: string): Figures | null {
  const before = base.get(sensor)
  const part = parts.get(sensor)?.figures
  if (before === undefined || part === undefined) return before ?? part ?? null
  const merged = before.clone()
  merged.merge(part)
  return merged
}

/** Points that weigh as much as a row of figures (docs/memory.md). */
const POINTS_PER_ROW = 8

function pointRows({ points }: Figures): number {
  return (points ?? []).reduce((n, list) => n + (list?.length ?? 0), 0) / POINTS_PER_ROW
}

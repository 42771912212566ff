import type { Revision } from '../fold/types.ts'
import { RowWriter } from './row-writer.ts'
import type { StreamContext } from './stream-context.ts'
import type { Target } from './tables.ts'
import type { PlainWindow } from './windows-out.ts'

/** The order in which a flush inserts (protocol section 9); what it is about to write stands there before it does. */
export const PHASES = ['intents', 'readings', 'partials', 'accounting', 'windows', 'alerts', 'ledger'] as const
export type Phase = (typeof PHASES)[number]

export interface ClosedWindow {
  readonly context: StreamContext
  readonly partition: number
  readonly row: PlainWindow
  /** Its topic holds it already: only the row is written again. */
  readonly replayed: boolean
}

/** A late revision whose base, what chunks before `chunk` hold, is still to be read. */
export interface PendingRevision {
  readonly context: StreamContext
  readonly partition: number
  readonly chunk: number
  readonly revision: Revision
}

/** A record for Kafka, value encoded. */
export interface Outgoing {
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly value: Buffer
}

/** Everything that one flush writes, of all partitions of the worker; filled by the fold, then written as a whole. */
export class Batch {
  readonly #tables = new Map<Phase, Map<string, { target: Target; writer: RowWriter }>>(PHASES.map((phase) => [phase, new Map()]))
  readonly refused: Outgoing[] = []
  readonly closed: ClosedWindow[] = []
  readonly revisions: PendingRevision[] = []
  /** Who put rows into it. */
  readonly writers = new Set<{ announce(): void }>()
  /** Acknowledgements of the alerts that were sent as soon as folded. */
  readonly alertAcks: Promise<unknown>[] = []
  /** Told once the ledger has the rows. */
  readonly certified: (() => void)[] = []
  /** Commits of chunk starts, done when the ledger has the rows. */
  readonly commits: (() => Promise<void>)[] = []
  /** Told once when all of it is written. */
  readonly onWritten: (() => void)[] = []

  written(): void {
    for (const tell of this.onWritten.splice(0)) tell()
  }

  /** Of a table the rows with other columns, written under another fold document, are an insert of their own. */
  writer(phase: Phase, target: Target): RowWriter {
    const tables = this.#tables.get(phase) as Map<string, { target: Target; writer: RowWriter }>
    const key = target.key ?? target.table
    let entry = tables.get(key)
    if (entry === undefined) tables.set(key, (entry = { target, writer: new RowWriter() }))
    return entry.writer
  }

  inserts(phase: Phase): { target: Target; writer: RowWriter }[] {
    return [...(this.#tables.get(phase) as Map<string, { target: Target; writer: RowWriter }>).values()].filter((e) => e.writer.rows > 0)
  }

  get bytes(): number {
    let bytes = 0
    for (const phase of PHASES) for (const { writer } of this.inserts(phase)) bytes += writer.bytes
    return bytes + 300 * (this.closed.length + this.revisions.length)
  }

  get empty(): boolean {
    return this.bytes === 0 && this.refused.length === 0 && this.commits.length === 0
  }
}

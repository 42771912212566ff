import type { StreamContext } from '../flush/stream-context.ts'
import { recordId } from '../fold/record.ts'
import type { Ends } from '../ports/log-port.ts'
import type { Ports } from '../ports/ports.ts'
import type { Witness } from '../resume/ledger-row.ts'
import { witnessesOf } from '../resume/witness.ts'

/** What is known of a log whose end was cut off after it was folded. */
export interface CutEnd {
  /** The last offset of which anything may stand in the store. */
  readonly written: number
  /** Start of the first chunk that is not in the results as the log has it now. */
  readonly sound: number
}

interface Place {
  readonly ports: Pick<Ports, 'kafka' | 'store'>
  readonly context: StreamContext
}

/** Whether the log of a partition lacks something behind its start that was folded of it; null: it does not. */
export async function cutEnd(o: Place, ends: Ends): Promise<CutEnd | null> {
  const { ports, context } = o
  const { name } = context.stream
  const committed = await ports.kafka.committed(context.group, context.eventsTopic, ends.partition)
  const witnesses = await witnessesOf(ports.store, name, ends.partition, Math.max(ends.low, committed))
  const first = await firstMissing(o, ends, witnesses)
  if (first === null) return null
  const certified = await ports.store.certified(name, ends.partition)
  return { written: (witnesses.at(-1) as Witness).offset, sound: await soundUpTo(o, ends, certified?.chunk ?? 0, first.offset) }
}

/** Goes back from a chunk start to the first before which the log is as the ledger certifies it, and nothing else was written. */
async function soundUpTo(o: Place, ends: Ends, start: number, missing: number): Promise<number> {
  for (let at = start; at > 0; ) {
    const row = await o.ports.store.ledgerRow(o.context.stream.name, ends.partition, at - 1)
    if (row === null) return 0
    if (at <= missing && (await firstMissing(o, ends, [{ offset: at - 1, id: row.lastId }])) === null) return at
    at = row.chunk
  }
  return 0
}

/** The first of these records that the log does not hold; null: it holds all. They are in the order of their offsets. */
async function firstMissing(o: Place, { partition, low, high }: Ends, witnesses: readonly Witness[]): Promise<Witness | null> {
  // What is before the log's start cannot be compared, and rows that an earlier version wrote say no id.
  const asked = witnesses.filter(({ offset, id }) => offset >= low && id !== '')
  const held = asked.filter(({ offset }) => offset < high)
  const [first, last] = [held[0], held.at(-1)]
  const wanted = new Set(held.map(({ offset }) => offset))
  const found = new Map<number, string>()
  if (first !== undefined && last !== undefined)
    await o.ports.kafka.readRange(o.context.eventsTopic, partition, first.offset, last.offset + 1, (records) => {
      for (const record of records) if (wanted.has(record.offset)) found.set(record.offset, recordId(record))
    })
  return asked.find(({ offset, id }) => found.get(offset) !== id) ?? null
}

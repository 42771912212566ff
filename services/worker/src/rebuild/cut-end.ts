import type { StreamContext } from '../flush/stream-context.ts'
import { recordId } from '../fold/record.ts'
import type { Ends } from '../ports/log-port.ts'
import type { Ports } from '../ports/ports.ts'
import type { Witness } from '../resume/ledger-row.ts'
import { witnessOf } from '../resume/witness.ts'

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
  const { name } = o.context.stream
  const witness = await witnessOf(o.ports.store, name, ends.partition)
  if (witness === null || (await holds(o, ends, witness))) return null
  const certified = await o.ports.store.certified(name, ends.partition)
  return { written: witness.offset, sound: await soundUpTo(o, ends, certified?.chunk ?? 0) }
}

/** Goes back from a chunk start to the first before which the log is as the ledger certifies it. */
async function soundUpTo(o: Place, ends: Ends, start: number): Promise<number> {
  for (let at = start; at > 0; ) {
    const row = await o.ports.store.ledgerRow(o.context.stream.name, ends.partition, at - 1)
    if (row === null) return 0
    if (await holds(o, ends, { offset: at - 1, id: row.lastId })) return at
    at = row.chunk
  }
  return 0
}

async function holds(o: Place, { partition, low, high }: Ends, { offset, id }: Witness): Promise<boolean> {
  if (offset >= high) return false
  // What is before the log's start cannot be compared, and rows that an earlier version wrote say no id.
  if (offset < low || id === '') return true
  let found = ''
  await o.ports.kafka.readRange(o.context.eventsTopic, partition, offset, offset + 1, ([record]) => {
    if (record?.offset === offset) found = recordId(record)
  })
  return found === id
}

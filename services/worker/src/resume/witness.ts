import type { StorePort } from '../ports/store-port.ts'
import type { Witness } from './ledger-row.ts'

/**
 * The records from an offset on of which the store says that results may reach up to them, in order: what the ledger
 * certifies last, and of every resume that flushed there, the last record that it was about to write. The log must hold
 * each of them: a worker that was sent out of its group unaware may have written of a log whose end is gone since.
 */
export async function witnessesOf(store: StorePort, stream: string, partition: number, from: number): Promise<Witness[]> {
  const [certified, intended] = await Promise.all([store.certified(stream, partition), store.intended(stream, partition, from)])
  const all: Witness[] = certified === null || certified.offset < from ? intended : [...intended, certified]
  return all.toSorted((a, b) => a.offset - b.offset)
}

import type { StorePort } from '../ports/store-port.ts'
import type { Witness } from './ledger-row.ts'

/** The last record of a partition of which anything may stand in the store; null: none. */
export async function witnessOf(store: StorePort, stream: string, partition: number): Promise<Witness | null> {
  const [certified, intended] = await Promise.all([store.certified(stream, partition), store.intended(stream, partition)])
  return intended !== null && intended.offset > (certified?.offset ?? -1) ? intended : certified
}

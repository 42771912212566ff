import type { AckLedger } from './ack-ledger.ts'
import type { Cluster } from './cluster.ts'

/** A reading as the store has it. */
export interface StoredPlace {
  /** 16 bytes, each a character. */
  readonly id: string
  readonly partition: number
  readonly offset: number
}

/** Ids of a stream's events against the readings in the store. */
export interface IdComparison {
  /** Seqs of acknowledged events that are not stored. */
  readonly lost: readonly number[]
  /** Stored readings that no sensor made. */
  readonly foreign: number
  /** Readings beyond the first of an id. */
  readonly twice: number
  readonly stored: readonly StoredPlace[]
}

const ROW_BYTES = 26

/** Set equality of ids: whatever was acknowledged is stored, once, and nothing else that was not sent. */
export async function compareIds(cluster: Cluster, ledger: AckLedger, stream: number, table: string): Promise<IdComparison> {
  const sent = new Map<string, number>()
  for (let seq = 0; seq < ledger.length; seq++) if (ledger.event(seq).stream === stream) sent.set(ledger.id(seq), seq)
  const stored = await readPlaces(cluster, table)
  const seen = new Set(stored.map((place) => place.id))
  let foreign = 0
  for (const id of seen) if (!sent.has(id)) foreign++
  const lost = [...sent].filter(([id, seq]) => ledger.isAcknowledged(seq) && !seen.has(id)).map(([, seq]) => seq)
  return { lost, foreign, twice: stored.length - seen.size, stored }
}

/** Every reading's id and place in the log, in binary: a million of them in some seconds. */
async function readPlaces({ store }: Cluster, table: string): Promise<StoredPlace[]> {
  const { stream } = await store.exec({ query: `SELECT event_id, partition, offset FROM city.${table}_readings FINAL FORMAT RowBinary` })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const places: StoredPlace[] = []
  for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
    // A UUID is two little-endian numbers of 64 bits.
    const id = bytes
      .subarray(at, at + 16)
      .swap64()
      .toString('latin1')
    places.push({ id, partition: bytes.readUInt16LE(at + 16), offset: Number(bytes.readBigUInt64LE(at + 18)) })
  }
  return places
}

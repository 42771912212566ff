import type { Stream } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import type { Cluster } from './cluster.ts'
import type { StoredPlace } from './cluster-verify-ids.ts'

interface Chunk {
  readonly partition: number
  readonly chunk: number
  readonly last: number
  readonly complete: boolean
  readonly records: number
  readonly stored: number
  readonly duplicates: number
  readonly rejected: number
  readonly ids: string
  readonly documents: number
}

/** What the ledger says of a stream, and whatever is wrong with it, in words. */
export interface LedgerFindings {
  readonly chunks: number
  /** Records of events in the log, repetitions included. */
  readonly records: number
  readonly duplicates: number
  /** The most fold documents that a chunk was folded under. */
  readonly documents: number
  readonly wrong: readonly string[]
}

/** The ledger is contiguous in every partition, and says of each chunk what the readings of its offsets are. */
export async function verifyLedger(cluster: Cluster, stream: Stream, stored: readonly StoredPlace[]): Promise<LedgerFindings> {
  const chunks = await storeRows<Chunk>(
    cluster,
    `SELECT partition, chunk, last, complete, records, stored, duplicates, rejected, toString(ids) AS ids, JSONLength(documents) AS documents
      FROM city.ledger FINAL WHERE stream = {stream:String} ORDER BY partition, chunk`,
    { stream: stream.name },
  )
  const wrong: string[] = []
  const places = Map.groupBy(stored, (place) => place.partition)
  for (let partition = 0; partition < stream.partitions; partition++) {
    const own = chunks.filter((c) => c.partition === partition)
    wrong.push(...gaps(own).map((gap) => `${stream.name}[${partition}]: ${gap}`))
    wrong.push(...contents(own, places.get(partition) ?? []).map((fault) => `${stream.name}[${partition}]: ${fault}`))
  }
  const sum = (field: 'records' | 'duplicates') => chunks.reduce((n, c) => n + c[field], 0)
  const documents = Math.max(...chunks.map((c) => c.documents))
  return { chunks: chunks.length, records: sum('records'), duplicates: sum('duplicates'), documents, wrong }
}

function gaps(chunks: readonly Chunk[]): string[] {
  const wrong = chunks.length === 0 || chunks[0]?.chunk !== 0 ? ['the ledger does not begin at 0'] : []
  chunks.forEach((c, i) => {
    const next = chunks[i + 1]
    if (next !== undefined && next.chunk !== c.last + 1) wrong.push(`chunk ${c.chunk} ends at ${c.last}, the next begins at ${next.chunk}`)
    if (next !== undefined && !c.complete) wrong.push(`chunk ${c.chunk} is not complete`)
    if (c.records !== c.stored + c.duplicates + c.rejected || c.rejected > 0)
      wrong.push(`chunk ${c.chunk} has ${c.records} records: ${c.stored} stored, ${c.duplicates} twice, ${c.rejected} rejected`)
  })
  return wrong
}

/** Count and xor of each chunk's ids against the readings of its offsets. */
function contents(chunks: readonly Chunk[], places: readonly StoredPlace[]): string[] {
  const sorted = [...places].sort((a, b) => a.offset - b.offset)
  const wrong: string[] = []
  let at = 0
  for (const c of chunks) {
    const xor = Buffer.alloc(16)
    let count = 0
    for (; at < sorted.length && (sorted[at] as StoredPlace).offset <= c.last; at++, count++) {
      const { id } = sorted[at] as StoredPlace
      for (let i = 0; i < 16; i++) xor[i] = (xor[i] as number) ^ id.charCodeAt(i)
    }
    const ids = xor.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    if (count !== c.stored || ids !== c.ids)
      wrong.push(`chunk ${c.chunk} certifies ${c.stored} readings (${c.ids}), there are ${count} (${ids})`)
  }
  if (at < sorted.length) wrong.push(`${sorted.length - at} readings lie behind what the ledger certifies`)
  return wrong
}

/** The accounts of every sensor: all its records are stored or repetitions, and stored is what it sent. */
export async function verifyAccounts(cluster: Cluster, stream: Stream, sent: ReadonlyMap<string, number>): Promise<string[]> {
  const rows = await storeRows<{ sensor: string; records: number; stored: number; duplicate: number; rejected: number }>(
    cluster,
    'SELECT sensor, sum(records) AS records, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(rejected) AS rejected FROM city.accounting FINAL WHERE stream = {stream:String} GROUP BY sensor',
    { stream: stream.name },
  )
  const have = new Map(rows.map((row) => [row.sensor, row]))
  return [...new Set([...have.keys(), ...sent.keys()])].flatMap((sensor) => {
    const row = have.get(sensor)
    const right = row !== undefined && row.stored === sent.get(sensor) && row.rejected === 0 && row.records === row.stored + row.duplicate
    return right ? [] : [`${stream.name} accounts of ${sensor}: ${JSON.stringify(row)} for ${sent.get(sensor) ?? 0} events`]
  })
}

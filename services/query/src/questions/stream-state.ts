import type { Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import type { Question } from './question.ts'

/** How far one partition of a stream is. Epoch ms. */
export interface PartitionState {
  readonly partition: number
  readonly watermark: number | null
  /** When its newest ledger row was written, by the machine's clock. */
  readonly certified: number
  /** Names the newest ledger row: 2 × last offset + complete. */
  readonly version: number
}

/** How far a stream is: what its ledger certifies. */
export function partitionsQuestion(stream: string): Question<PartitionState> {
  return {
    name: 'ledger_state',
    sql: `SELECT partition, argMax(toUnixTimestamp64Milli(watermark_at), version), toUnixTimestamp64Milli(max(written)), max(version)
FROM ledger WHERE stream = {stream:String} GROUP BY partition ORDER BY partition`,
    params: { stream },
    read: (row) => {
      const [partition, watermark, certified, version] = row as [number, number | null, number, number]
      return { partition, watermark, certified, version }
    },
  }
}

/**
 * The instant up to which every partition has closed its windows; null while one of them has not said. Epoch ms. The
 * ledger has how far time is, before lateness: a window closes when that passes its end + the stream's lateness.
 */
export function watermarkOf(stream: Pick<Stream, 'partitions' | 'time'>, partitions: readonly PartitionState[]): number | null {
  if (partitions.length < stream.partitions) return null
  const known = partitions.map((p) => p.watermark).filter((w) => w !== null)
  return known.length < partitions.length ? null : Math.min(...known) - stream.time.latenessMs
}

/** The newest version of a stream's exact values: moves with every flush. */
export function versionOf(partitions: readonly PartitionState[]): string {
  return partitions.map((p) => `${p.partition}:${p.version}:${p.certified}`).join(',')
}

/** What has been released of a protected stream. */
export interface ReleaseState {
  readonly rows: number
  /** Start of the newest window, epoch ms; 0: none. */
  readonly newest: number
}

/** What has been released, from the releases themselves: the ledger would tell the public when events came. */
export function releasesStateQuestion(stream: Stream): Question<ReleaseState> {
  return {
    name: 'release_state',
    sql: `SELECT count(), toUnixTimestamp(max(\`window\`)) FROM ${quoted(`${stream.table}_windows`)}`,
    params: {},
    read: (row) => ({ rows: row[0] as number, newest: (row[1] as number) * 1_000 }),
  }
}

import type { Stream } from '@commonstream/schemas'
import type { AckLedger } from './ack-ledger.ts'
import type { Cluster } from './cluster.ts'
import { compareIds } from './cluster-verify-ids.ts'
import { verifyAccounts, verifyLedger } from './cluster-verify-ledger.ts'
import { verifyAlerts, verifyWindowsTopic } from './cluster-verify-topics.ts'
import { comparePartials, compareReleases, compareWindows, windowsOf, type WrongWindow } from './cluster-verify-windows.ts'

/** What of a run is in the store, against what the sensors know. */
export interface Verdict {
  /** Seqs of acknowledged events that are not stored. */
  readonly lost: readonly number[]
  /** Stored readings that no sensor made. */
  readonly foreign: number
  /** Readings stored more than once. */
  readonly twice: number
  readonly wrongWindows: readonly WrongWindow[]
  /** Everything else that is not as it should be, in words. */
  readonly faults: readonly string[]
  /** Repetitions of events in the logs, all dropped by the workers. */
  readonly duplicatesInLog: number
  readonly chunks: number
  /** The most fold documents that a chunk was folded under. */
  readonly documents: number
  /** Records of releases and closed windows, and how many said the same again. */
  readonly windowRecords: number
  readonly repeatedWindowRecords: number
  readonly alerts: number
}

/** Compares everything that a cluster stored and published with what its sensors know. Nothing may be under way any more. */
export async function verifyCluster(cluster: Cluster, ledger: AckLedger): Promise<Verdict> {
  const parts: Awaited<ReturnType<typeof verifyStream>>[] = []
  for (const [i, name] of ledger.streams.entries()) parts.push(await verifyStream(cluster, ledger, i, streamOf(cluster, name)))
  const alerts = await verifyAlerts(cluster)
  const sum = (field: 'foreign' | 'twice' | 'duplicatesInLog' | 'chunks' | 'windowRecords' | 'repeatedWindowRecords') =>
    parts.reduce((n, part) => n + part[field], 0)
  return {
    lost: parts.flatMap((part) => part.lost),
    wrongWindows: parts.flatMap((part) => part.wrongWindows),
    faults: [...parts.flatMap((part) => part.faults), ...alerts.wrong],
    ...{ foreign: sum('foreign'), twice: sum('twice'), duplicatesInLog: sum('duplicatesInLog'), chunks: sum('chunks') },
    documents: Math.max(...parts.map((part) => part.documents)),
    ...{ windowRecords: sum('windowRecords'), repeatedWindowRecords: sum('repeatedWindowRecords'), alerts: alerts.records },
  }
}

export function streamOf(cluster: Pick<Cluster, 'city'>, name: string): Stream {
  const stream = cluster.city.streams.find((s) => s.name === name)
  if (stream === undefined) throw new Error(`the city has no stream ${name}`)
  return stream
}

async function verifyStream(cluster: Cluster, ledger: AckLedger, index: number, stream: Stream) {
  const ids = await compareIds(cluster, ledger, index, stream.table)
  const readings = ledger.readings(index)
  const sent = new Map([...Map.groupBy(readings, (r) => r.sensor)].map(([sensor, own]) => [sensor, own.length]))
  const expected = windowsOf(readings)
  const certified = await verifyLedger(cluster, stream, ids.stored)
  const topic = await verifyWindowsTopic(cluster, stream)
  return {
    ...{ lost: ids.lost, foreign: ids.foreign, twice: ids.twice },
    wrongWindows: [
      ...(await comparePartials(cluster, stream, expected)),
      ...(await (stream.disclosure === null ? compareWindows : compareReleases)(cluster, stream, expected)),
    ],
    faults: [...certified.wrong, ...(await verifyAccounts(cluster, stream, sent)), ...topic.wrong],
    ...{ duplicatesInLog: certified.duplicates, chunks: certified.chunks, documents: certified.documents },
    ...{ windowRecords: topic.records, repeatedWindowRecords: topic.repeated },
  }
}

import os from 'node:os'
import type { AckLedger } from './ack-ledger.ts'
import { chaosTable, type Injection, seconds } from './chaos-table.ts'
import type { Cluster } from './cluster.ts'
import { WINDOW_MS } from './cluster-contracts.ts'
import type { Verdict } from './cluster-verify.ts'

/** An injection while nobody knows yet what came of it. */
export interface RawInjection {
  readonly fault: string
  /** The events made from its beginning until all was as before: first seq, and the one after the last. */
  readonly seqs: readonly [number, number]
  /** The same as instants, epoch ms. */
  readonly times: readonly [number, number]
  readonly recoveryMs: number
}

/** What came of an injection: of the events made meanwhile, and of the windows that were open. */
export function judged(
  { fault, seqs: [first, end], times: [from, to], recoveryMs }: RawInjection,
  { lost, wrongWindows }: Verdict,
): Injection {
  const wrong = wrongWindows.filter((w) => w.start < to && w.start + WINDOW_MS > from)
  return {
    fault,
    events: end - first,
    lost: lost.filter((seq) => seq >= first && seq < end).length,
    twice: wrong.reduce((n, w) => n + w.excess, 0),
    wrongWindows: wrong.length,
    recoveryMs,
  }
}

/** Of each sort of fault as many are told. */
const MOST_WORDS = 10

/** Whatever is not as it must be, in words; empty when all is well. */
export function wrongWords(v: Verdict, ledger: AckLedger): string[] {
  return [
    ...v.lost.slice(0, MOST_WORDS).map((seq) => `lost: ${JSON.stringify(ledger.event(seq))}`),
    ...(v.foreign + v.twice > 0 ? [`${v.foreign} readings that nobody sent, ${v.twice} there twice`] : []),
    ...v.wrongWindows.slice(0, MOST_WORDS).map((w) => w.words),
    ...v.faults.slice(0, MOST_WORDS),
    ...(ledger.acknowledged < ledger.length ? [`${ledger.length - ledger.acknowledged} events were never acknowledged`] : []),
  ]
}

export interface Told {
  readonly cluster: Cluster
  readonly ledger: AckLedger
  readonly verdict: Verdict
  readonly injections: readonly Injection[]
  readonly loadMs: number
  readonly freshMs: number
}

/** What there is to read about a run: the table, and what it was about. */
export function clusterReport({ cluster, ledger, verdict: v, injections, loadMs, freshMs }: Told): string {
  const { fleet, brokers, clickhouse } = cluster
  const services = [...fleet.bridges, ...fleet.workers, ...brokers.nodes, clickhouse]
  const ends = services.flatMap((s) => s.ends.map((how) => `${s.name} (${how.signal ?? `code ${how.code}`})`))
  const excess = v.wrongWindows.reduce((n, w) => n + w.excess, 0)
  const load = os.loadavg().map((n) => n.toFixed(1))
  return [
    chaosTable(injections),
    `${ledger.length} events of ${ledger.sensors.length} sensors in ${seconds(loadMs)}, ${ledger.acknowledged} of them acknowledged by ${ledger.pubacks} PUBACKs:`,
    `${v.lost.length} lost, ${v.twice + excess} twice, ${v.foreign} that nobody sent, ${v.wrongWindows.length} wrong windows, ${v.faults.length} other faults`,
    `${v.duplicatesInLog} repetitions in the logs, all dropped; ${v.chunks} chunks, contiguous; up to ${v.documents} fold documents in force`,
    `${v.windowRecords} records of closed windows and releases, ${v.repeatedWindowRecords} of them said again, the same; ${v.alerts} alerts`,
    `a fresh event afterwards: stored ${seconds(freshMs)} after its PUBACK`,
    `ended by themselves: ${ends.join(', ') || 'none'}; load average ${load.join(' ')}`,
  ].join('\n')
}

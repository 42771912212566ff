import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { AckLedger } from './ack-ledger.ts'
import { type AckLoad, DISORDER_MS, startAckLoad } from './ack-ledger-load.ts'
import { chaosTable, type Injection } from './chaos-table.ts'
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts'
import { OPEN, PROTECTED, SENSORS, WINDOW_MS } from './cluster-contracts.ts'
import { clusterFaults, type Fault, scaleWorkers } from './cluster-faults.ts'
import { untilClosed, untilRecovered, untilStored, untilTicking } from './cluster-progress.ts'
import { streamOf, type Verdict, verifyCluster } from './cluster-verify.ts'
import { seeded } from './log-load.ts'

export interface RunOptions extends ClusterOptions {
  /** Made at `rate`; then a tenth of that until all faults are over. */
  readonly events: number
  readonly seed: number
  /** Faults, one after the other; from the beginning again while there is load. */
  readonly faults: (known: ReturnType<typeof clusterFaults>) => readonly Fault[]
  /** Between one fault's recovery and the next fault. */
  readonly pauseMs: number
}

export interface RunResult {
  /** Whatever is not as it must be, in words. */
  readonly wrong: readonly string[]
  readonly injections: readonly Injection[]
  readonly acknowledged: number
  /** What there is to read about the run, table and all. */
  readonly report: string
}

/** An injection while nobody knows yet what came of it. */
interface Raw {
  readonly fault: string
  readonly seqs: readonly [number, number]
  readonly times: readonly [number, number]
  readonly recoveryMs: number
}

/** Room in the ledger for what sensors make beyond the events: a tenth of the rate for twenty minutes. */
const TRICKLE_CAPACITY_S = 120
/** This share of the load runs with all workers; then there is one again. */
const SCALED = 0.92
/** Of each sort of fault as many are told. */
const MOST_WORDS = 10

/**
 * Runs a load through a cluster while its parts are killed and cut off, and compares what came of it with what the
 * sensors know. Everything is over and gone when it resolves.
 * @throws when something does not recover, or a wait has passed its limit
 */
export async function runKills(o: RunOptions, say: (line: string) => void): Promise<RunResult> {
  const cluster = await startCluster(o)
  try {
    return await runOn(cluster, o, say)
  } finally {
    await cluster.stop()
  }
}

async function runOn(cluster: Cluster, o: RunOptions, say: (line: string) => void): Promise<RunResult> {
  const { fleet } = cluster
  await Promise.all([...fleet.bridges, fleet.workers[0]].map((service) => service?.start()))
  await untilTicking(cluster, 2 * DISORDER_MS)
  const ledger = new AckLedger({ streams: [OPEN, PROTECTED], sensors: SENSORS, capacity: o.events + TRICKLE_CAPACITY_S * o.rate })
  const load = startAckLoad({ ledger, bridges: fleet.mqtt, events: o.events, rate: o.rate, lateStream: 0, now: Date.now })
  const begin = performance.now()
  const injected: Raw[] = []
  const inject = async (fault: Fault) => void injected.push(await Promise.race([injectOne(cluster, load, ledger, fault, say), load.failed]))
  try {
    if (o.workers > 1) await inject(scaleWorkers(cluster, 1, o.workers))
    const faults = o.faults(clusterFaults(cluster, seeded(o.seed)))
    for (let i = 0; i < faults.length || ledger.length < SCALED * o.events; i++) {
      await sleep(o.pauseMs)
      await inject(faults[i % faults.length] as Fault)
    }
    if (o.workers > 1) await inject(scaleWorkers(cluster, o.workers, 1))
    await load.finish()
    const seconds = (performance.now() - begin) / 1_000
    say(`${ledger.length} events made and acknowledged in ${seconds.toFixed(1)} s`)
    const fresh = await sendFresh(cluster, load, ledger)
    await untilClosed(cluster, Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS)
    // Now nothing more is appended, and what was folded is written: all that is compared stands still.
    await Promise.all(fleet.bridges.map((bridge) => bridge.stop()))
    await Promise.all(fleet.workers.map((worker) => worker.stop()))
    const verdict = await verifyCluster(cluster, ledger)
    const injections = injected.map((raw) => judged(raw, verdict))
    const wrong = wrongOf(verdict, ledger)
    return {
      wrong,
      injections,
      acknowledged: ledger.acknowledged,
      report: reportOf(cluster, ledger, { verdict, injections, seconds, fresh }),
    }
  } finally {
    load.close()
  }
}

async function injectOne(cluster: Cluster, load: AckLoad, ledger: AckLedger, fault: Fault, say: (line: string) => void): Promise<Raw> {
  const [seq, time] = [ledger.length, Date.now()]
  await fault.inject()
  const took = Date.now() - time
  const recoveryMs = await untilRecovered(cluster, load)
  say(
    `${fault.name}: took ${(took / 1_000).toFixed(1)} s, recovered in ${(recoveryMs / 1_000).toFixed(1)} s; ${ledger.acknowledged} of ${ledger.length} acknowledged`,
  )
  return { fault: fault.name, seqs: [seq, ledger.length], times: [time, Date.now()], recoveryMs }
}

/** An event of a sensor at each bridge, for each stream: they must get through; ms until all are stored. */
async function sendFresh(cluster: Cluster, load: AckLoad, ledger: AckLedger): Promise<number> {
  const sensors = cluster.fleet.bridges.map((_, i) => i)
  const made = ledger.streams.map((_, stream) => load.fresh(stream, sensors))
  await load.finish()
  const waits = made.map((seqs, stream) => untilStored(cluster, ledger, streamOf(cluster, ledger.streams[stream] as string).table, seqs))
  return Math.max(...(await Promise.all(waits)))
}

function judged({ fault, seqs: [first, end], times: [from, to], recoveryMs }: Raw, { lost, wrongWindows }: Verdict): Injection {
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

interface Told {
  readonly verdict: Verdict
  readonly injections: readonly Injection[]
  readonly seconds: number
  readonly fresh: number
}

function reportOf({ fleet, brokers, clickhouse }: Cluster, ledger: AckLedger, { verdict: v, injections, seconds, fresh }: Told): string {
  const services = [...fleet.bridges, ...fleet.workers, ...brokers.nodes, clickhouse]
  const ends = services.flatMap((s) => s.ends.map((how) => `${s.name} (${how.signal ?? `code ${how.code}`})`))
  const excess = v.wrongWindows.reduce((n, w) => n + w.excess, 0)
  return [
    chaosTable(injections),
    `${ledger.length} events of ${ledger.sensors.length} sensors in ${seconds.toFixed(0)} s, ${ledger.acknowledged} of them acknowledged by ${ledger.pubacks} PUBACKs:`,
    `${v.lost.length} lost, ${v.twice + excess} twice, ${v.foreign} that nobody sent, ${v.wrongWindows.length} wrong windows, ${v.faults.length} other faults`,
    `${v.duplicatesInLog} repetitions in the logs, all dropped; ${v.chunks} chunks, contiguous; up to ${v.documents} fold documents in force`,
    `${v.windowRecords} records of closed windows and releases, ${v.repeatedWindowRecords} of them said again, the same; ${v.alerts} alerts`,
    `a fresh event afterwards: stored ${(fresh / 1_000).toFixed(1)} s after its PUBACK`,
    `ended by themselves: ${ends.join(', ') || 'none'}; load average ${os
      .loadavg()
      .map((n) => n.toFixed(1))
      .join(' ')}`,
  ].join('\n')
}

function wrongOf(v: Verdict, ledger: AckLedger): string[] {
  return [
    ...v.lost.slice(0, MOST_WORDS).map((seq) => `lost: ${JSON.stringify(ledger.event(seq))}`),
    ...(v.foreign + v.twice > 0 ? [`${v.foreign} readings that nobody sent, ${v.twice} there twice`] : []),
    ...v.wrongWindows.slice(0, MOST_WORDS).map((w) => w.words),
    ...v.faults.slice(0, MOST_WORDS),
    ...(ledger.acknowledged < ledger.length ? [`${ledger.length - ledger.acknowledged} events were never acknowledged`] : []),
  ]
}

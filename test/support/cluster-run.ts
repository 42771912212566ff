import { setTimeout as sleep } from 'node:timers/promises'
import { AckLedger } from './ack-ledger.ts'
import { type AckLoad, DISORDER_MS, startAckLoad } from './ack-ledger-load.ts'
import { type Injection, seconds } from './chaos-table.ts'
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts'
import { OPEN, PROTECTED, SENSORS, WINDOW_MS } from './cluster-contracts.ts'
import { clusterFaults, type Fault, scaleWorkers } from './cluster-faults.ts'
import { untilClosed, untilRecovered, untilStored, untilTicking } from './cluster-progress.ts'
import { clusterReport, judged, type RawInjection, wrongWords } from './cluster-report.ts'
import { streamOf, verifyCluster } from './cluster-verify.ts'
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
  /** The most fold documents that a chunk was folded under. */
  readonly documents: number
  /** What there is to read about the run, table and all. */
  readonly report: string
}

/** Room in the ledger for what sensors make beyond the events: a tenth of the rate for twenty minutes. */
const TRICKLE_CAPACITY_S = 120
/** This share of the load runs with all workers; then there is one again. */
const SCALED = 0.92

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
  await Promise.all([...fleet.bridges, ...fleet.workers.slice(0, 1)].map((service) => service.start()))
  await untilTicking(cluster, 2 * DISORDER_MS)
  const ledger = new AckLedger({ streams: [OPEN, PROTECTED], sensors: SENSORS, capacity: o.events + TRICKLE_CAPACITY_S * o.rate })
  const load = startAckLoad({ ledger, bridges: fleet.mqtt, events: o.events, rate: o.rate, lateStream: 0, now: Date.now })
  const begin = performance.now()
  try {
    const raw = await injectAll({ cluster, load, ledger, say }, o)
    await load.finish()
    const loadMs = performance.now() - begin
    const freshMs = await sendFresh(cluster, load, ledger)
    await standStill(cluster)
    const verdict = await verifyCluster(cluster, ledger)
    const injections = raw.map((one) => judged(one, verdict))
    const wrong = wrongWords(verdict, ledger)
    const report = clusterReport({ cluster, ledger, verdict, injections, loadMs, freshMs })
    return { wrong, injections, acknowledged: ledger.acknowledged, documents: verdict.documents, report }
  } finally {
    load.close()
  }
}

/** What a fault is injected into. */
interface Scene {
  readonly cluster: Cluster
  readonly load: AckLoad
  readonly ledger: AckLedger
  readonly say: (line: string) => void
}

/** One fault after the other while there is load, between more workers at its beginning and fewer at its end. */
async function injectAll(scene: Scene, o: RunOptions): Promise<RawInjection[]> {
  const { cluster, load, ledger } = scene
  const injected: RawInjection[] = []
  const inject = async (fault: Fault) => {
    await sleep(o.pauseMs)
    injected.push(await Promise.race([injectOne(scene, fault), load.failed]))
  }
  if (o.workers > 1) await inject(scaleWorkers(cluster, 1, o.workers))
  const faults = o.faults(clusterFaults(cluster, seeded(o.seed)))
  for (let i = 0; i < faults.length || ledger.length < SCALED * o.events; i++) await inject(faults[i % faults.length] as Fault)
  if (o.workers > 1) await inject(scaleWorkers(cluster, o.workers, 1))
  return injected
}

/** Waits until all windows with events are closed, then ends bridges and workers: all that is compared stands still. */
async function standStill(cluster: Cluster): Promise<void> {
  await untilClosed(cluster, Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS)
  await Promise.all(cluster.fleet.bridges.map((bridge) => bridge.stop()))
  await Promise.all(cluster.fleet.workers.map((worker) => worker.stop()))
}

async function injectOne({ cluster, load, ledger, say }: Scene, fault: Fault): Promise<RawInjection> {
  const [seq, time] = [ledger.length, Date.now()]
  await fault.inject()
  const took = Date.now() - time
  const { acknowledgedMs, certifiedMs } = await untilRecovered(cluster, load)
  say(
    `${fault.name}: took ${seconds(took)}; then acknowledged after ${seconds(acknowledgedMs)}, certified after ${seconds(certifiedMs)}; ${ledger.acknowledged} of ${ledger.length} events acknowledged`,
  )
  const recoveryMs = Math.max(acknowledgedMs, certifiedMs)
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

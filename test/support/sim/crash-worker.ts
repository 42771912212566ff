import type { PartitionReport } from '@commonstream/worker/consume/partition.ts'
import { checksOf } from './checks.ts'
import { type CrashRun, inject, type Injection, latestEffect } from './crash-points.ts'
import { makeLog } from './made-log.ts'
import type { Row } from './row-binary.ts'
import type { SimCity } from './sim-city.ts'
import type { SimWorker } from './sim-worker.ts'
import { Simulation } from './simulation.ts'

const START = Date.UTC(2026, 10, 25, 12)
const MOST_STEPS = 20_000
const SEED = 4

/** Folds the made log with faults at these requests and nowhere else, restarts what dies, and compares with the oracle. */
export async function crashWorker(city: SimCity, injections: readonly Injection[]): Promise<CrashRun> {
  const sim = new Simulation({ seed: SEED, city, start: START })
  const { scheduler, kafka, store } = sim
  const requests = inject(sim, injections, (process) => process.kill())
  makeLog(sim, START)
  const log = kafka.partition(city.contexts[0]!.eventsTopic, 0)
  const certified = () => certifiedUpTo(store.rows('ledger'))
  const supervisor = supervise(sim)
  const until = START + latestEffect(injections)
  await scheduler.run(() => certified() >= log.end - 1 && scheduler.now >= until, MOST_STEPS)
  supervisor.stop()
  const done = await scheduler.run(() => supervisor.stopped, 2 * MOST_STEPS)
  const differences = done
    ? checksOf(sim, { truth: null, harmed: new Map(), lost: new Set() })
    : [`not finished: ${certified()} of ${log.end - 1} certified`]
  return { requests, records: log.end, differences }
}

/** The last offset up to which ledger rows from the beginning follow each other without a hole. */
function certifiedUpTo(rows: readonly Row[]): number {
  const lasts = new Map(rows.map((r) => [Number(r['chunk']), Number(r['last'])]))
  let last = -1
  for (let next = lasts.get(0); next !== undefined; next = lasts.get(last + 1)) last = next
  return last
}

/** Keeps one worker running: what ends or dies is started again. */
export function supervise(sim: Simulation): { stop(): void; readonly stopped: boolean; readonly reports: readonly PartitionReport[] } {
  let worker: SimWorker | null = null
  let over = false
  const launch = () => {
    if (over) return
    const mine = sim.worker('worker', { maxBytes: 1 << 20, patience: { tries: 130, minMs: 200, maxMs: 5_000 }, onEnd: () => gone(mine) })
    worker = mine
    mine.process.onStill(() => gone(mine))
    void mine.start()
  }
  const gone = (one: SimWorker) => {
    if (worker !== one) return
    worker = null
    sim.scheduler.after(500, launch)
  }
  launch()
  return {
    stop() {
      over = true
      worker?.stop()
    },
    get reports() {
      return worker?.reports ?? []
    },
    get stopped() {
      return over && worker === null
    },
  }
}

import { checksOf } from './checks.ts'
import type { Mode } from './faults.ts'
import { makeLog } from './made-log.ts'
import type { Row } from './row-binary.ts'
import type { SimCity } from './sim-city.ts'
import type { SimWorker } from './sim-worker.ts'
import { Simulation } from './simulation.ts'

/** What happens to one request of the workers: the how-manieth, in which way, and whether its process dies over it. */
export interface Injection {
  readonly request: number
  readonly mode: Mode
  readonly kills: boolean
}

export interface CrashRun {
  /** What the workers asked for, in order. */
  readonly requests: readonly string[]
  readonly differences: readonly string[]
}

const SECOND = 1_000
const START = Date.UTC(2026, 10, 25, 12)
const MOST_STEPS = 20_000
const SEED = 4

/** Folds the made log with faults at these requests and nowhere else, restarts what dies, and compares with the oracle. */
export async function crashRun(city: SimCity, injections: readonly Injection[]): Promise<CrashRun> {
  const sim = new Simulation({ seed: SEED, city, start: START })
  const { scheduler, faults, kafka, store } = sim
  const requests: string[] = []
  let due: Injection | undefined
  sim.decide = (_process, server, what) => {
    due = injections.find((i) => i.request === requests.length)
    requests.push(`${server} ${what}`)
    return due?.mode ?? 'ok'
  }
  faults.onPlan = (plan, process) => {
    if (!due?.kills) return
    // Between the effect, if there is one, and the answer; a late effect comes when the process is long gone.
    const ms = plan.mode === 'late' || plan.effectAfter === null ? Math.min(plan.replyAfter, 100) : plan.effectAfter
    scheduler.after(ms, () => process.kill(), true)
  }
  makeLog(sim, START)
  const log = kafka.partition(city.contexts[0]!.eventsTopic, 0)
  const certified = () => certifiedUpTo(store.rows('ledger'))
  const supervisor = supervise(sim)
  const lateEffects = injections.some((i) => i.mode === 'late') ? 30 * SECOND : 0
  await scheduler.run(() => certified() >= log.end - 1 && scheduler.now >= START + lateEffects, MOST_STEPS)
  supervisor.stop()
  const done = await scheduler.run(() => supervisor.stopped, 2 * MOST_STEPS)
  const differences = done
    ? checksOf(sim, { truth: null, harmed: new Map(), lost: new Set() })
    : [`not finished: ${certified()} of ${log.end - 1} certified`]
  return { requests, differences }
}

/** The last offset up to which ledger rows follow each other without a hole. */
function certifiedUpTo(rows: readonly Row[]): number {
  const lasts = new Map(rows.map((r) => [Number(r['chunk']), Number(r['last'])]))
  let last = -1
  for (let next = lasts.get(0); next !== undefined; next = lasts.get(last + 1)) last = next
  return last
}

/** Keeps one worker running: what ends or dies is started again. */
function supervise(sim: Simulation): { stop(): void; readonly stopped: boolean } {
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
    get stopped() {
      return over && worker === null
    },
  }
}

/** Requests [from, to) of the flush in which everything happens: what follows the first commit, up to the last. */
export function flushOf(requests: readonly string[]): { readonly from: number; readonly to: number } {
  return { from: requests.indexOf('kafka commit') + 1, to: requests.lastIndexOf('kafka commit') + 1 }
}

export const SINGLE_MODES: readonly Mode[] = ['refused', 'lost', 'partial', 'late', 'hangs']
export const PAIR_MODES: readonly Mode[] = ['refused', 'lost', 'partial', 'hangs']

/** Every request in every mode, survived and died over. */
export function* singles(from: number, to: number): Generator<Injection[]> {
  for (let request = from; request < to; request++) {
    for (const mode of SINGLE_MODES) for (const kills of [false, true]) yield [{ request, mode, kills }]
  }
}

/** Every two requests, each in every mode, the second survived and died over. */
export function* pairs(from: number, to: number): Generator<Injection[]> {
  for (let first = from; first < to; first++) {
    for (let second = first + 1; second < to; second++) {
      for (const mode of PAIR_MODES) {
        for (const other of PAIR_MODES) {
          for (const kills of [false, true])
            yield [
              { request: first, mode, kills: false },
              { request: second, mode: other, kills },
            ]
        }
      }
    }
  }
}

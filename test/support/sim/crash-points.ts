import type { Mode } from './faults.ts'
import type { SimProcess } from './sim-process.ts'
import type { Simulation } from './simulation.ts'

/** What happens to one request of a process: the how-manieth, in which way, and whether its process dies over it. */
export interface Injection {
  readonly request: number
  readonly mode: Mode
  readonly kills: boolean
}

export interface CrashRun {
  /** What was asked for, in order. */
  readonly requests: readonly string[]
  /** In the log at its end. */
  readonly records: number
  /** What differs from the oracle. */
  readonly differences: readonly string[]
}

/** Lets these requests go wrong and no others. Returns all requests in order, a list that grows with the run. */
export function inject(sim: Simulation, injections: readonly Injection[], kill: (process: SimProcess) => void): readonly string[] {
  const requests: string[] = []
  let due: Injection | undefined
  sim.decide = (_process, server, what) => {
    due = injections.find((i) => i.request === requests.length)
    requests.push(`${server} ${what}`)
    return due?.mode ?? 'ok'
  }
  sim.faults.onPlan = (plan, process) => {
    if (!due?.kills) return
    // Between the effect, if there is one, and the answer; a late effect comes when the process is long gone.
    const ms = plan.mode === 'late' || plan.effectAfter === null ? Math.min(plan.replyAfter, 100) : plan.effectAfter
    sim.scheduler.after(ms, () => kill(process), true)
  }
  return requests
}

/** For how long (ms) effects of these may still come. */
export function latestEffect(injections: readonly Injection[]): number {
  return injections.some((i) => i.mode === 'late') ? 30_000 : 0
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

import type { Random } from './random.ts'
import type { SimProcess } from './sim-process.ts'

/** What can become of a request to the world. */
export const MODES = ['refused', 'lost', 'partial', 'late', 'hangs'] as const
export type Mode = (typeof MODES)[number] | 'ok'

export type Server = 'kafka' | 'store' | 'disk'

/** How one request goes: when it takes effect (null: never), and when the caller hears what. */
export interface Plan {
  readonly mode: Mode
  readonly effectAfter: number | null
  readonly partial: boolean
  readonly replyAfter: number
  readonly fails: boolean
}

/** An error of the world: trying again can help. */
export class SimFault extends Error {
  constructor(server: Server, what: string, mode: Mode) {
    // There are many, and where they come from is in their text.
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(`${server} ${what}: ${mode}`)
    Error.stackTraceLimit = limit
    this.name = 'SimFault'
  }
}

/** How badly a server behaves: the share of requests in each mode. */
export type Weather = Readonly<Partial<Record<Mode, number>>>

/** Decides how every request goes; a test that enumerates decides itself. */
export type Decide = (process: SimProcess, server: Server, what: string) => Mode

export class Faults {
  /** How often each mode was drawn, by `<server> <mode>`. */
  readonly injected = new Map<string, number>()
  readonly #random: Random
  readonly #decide: Decide
  /** Told of every request and how it will go. */
  onPlan: (plan: Plan, process: SimProcess) => void = () => {}

  constructor(random: Random, decide: Decide) {
    this.#random = random
    this.#decide = decide
  }

  count(what: string): void {
    this.injected.set(what, (this.injected.get(what) ?? 0) + 1)
  }

  plan(process: SimProcess, server: Server, what: string): Plan {
    const mode = this.#decide(process, server, what)
    if (mode !== 'ok') this.count(`${server} ${mode}`)
    const plan = planOf(mode, this.#random)
    this.onPlan(plan, process)
    return plan
  }
}

function planOf(mode: Mode, random: Random): Plan {
  const there = latency(random)
  const back = there + latency(random)
  switch (mode) {
    case 'ok':
      return { mode, effectAfter: there, partial: false, replyAfter: back, fails: false }
    case 'refused':
      return { mode, effectAfter: null, partial: false, replyAfter: back, fails: true }
    case 'lost':
      return { mode, effectAfter: there, partial: false, replyAfter: back + random.int(0, 2_000), fails: true }
    case 'partial':
      return { mode, effectAfter: there, partial: true, replyAfter: back, fails: true }
    case 'late': {
      const gaveUp = random.int(100, 3_000)
      return { mode, effectAfter: gaveUp + random.int(1, 25_000), partial: false, replyAfter: gaveUp, fails: true }
    }
    case 'hangs':
      return { mode, effectAfter: null, partial: false, replyAfter: random.int(5_000, 25_000), fails: true }
  }
}

/** Mostly a few ms, now and then some hundred. */
function latency(random: Random): number {
  const x = random.next()
  return x < 0.9 ? 1 + 20 * x : 20 + 3_000 * (x - 0.9)
}

/**
 * Sends a request: the effect takes place at the server even if the caller has died meanwhile; the answer reaches the
 * caller if it lives.
 */
export function request<T>(faults: Faults, process: SimProcess, server: Server, name: string, effect: (partial: boolean) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    if (!process.alive) return
    const plan = faults.plan(process, server, name)
    let outcome: { value: T } | { error: unknown } | null = null
    const act = () => {
      try {
        outcome = { value: effect(plan.partial) }
      } catch (error) {
        outcome = { error }
      }
    }
    if (plan.effectAfter !== null) process.scheduler.after(plan.effectAfter, act, true)
    process.after(plan.replyAfter, () => {
      if (plan.fails || outcome === null) reject(new SimFault(server, name, plan.mode))
      else if ('error' in outcome) reject(outcome.error)
      else resolve(outcome.value)
    })
  })
}

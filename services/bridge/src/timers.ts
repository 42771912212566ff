import { setTimeout as pause } from 'node:timers/promises'

/** How the bridge waits: this machine's timers, but in simulations. */
export interface Timers {
  sleep(ms: number): Promise<unknown>
  /** Calls `work` once, after `ms`; returns how to prevent it. */
  after(ms: number, work: () => void): () => void
  /** Calls `work` every `ms`; returns how to end it. */
  every(ms: number, work: () => void): () => void
}

export const machineTimers: Timers = {
  sleep: (ms) => pause(ms),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  every(ms, work) {
    const timer = setInterval(work, ms)
    return () => clearInterval(timer)
  },
}

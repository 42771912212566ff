/** The machine's time and what waits for it. */
export interface ClockPort {
  /** Epoch ms. */
  now(): number
  /** Ms on a clock that never steps. */
  steady(): number
  sleep(ms: number): Promise<void>
  /** Calls `work` once, after `ms`; returns how to prevent it. */
  after(ms: number, work: () => void): () => void
  /** Calls `work` every `ms`; returns how to end it. */
  every(ms: number, work: () => void): () => void
}

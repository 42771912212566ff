import { setTimeout as sleep } from 'node:timers/promises'

export interface RetryOptions {
  /** Tries in all, the first included. */
  tries: number
  /** First wait in ms; doubles up to `maxMs`. */
  minMs: number
  maxMs: number
  /** Whether trying again can help; by default everything is retried. */
  retriable?: (error: unknown) => boolean
  /** Told before each wait, so that a retry is never silent. */
  onRetry?: (error: unknown, attempt: number, waitMs: number) => void
  signal?: AbortSignal
  /** How to wait; by default on this machine's clock. */
  sleep?: (ms: number) => Promise<unknown>
}

/** Runs `work` until it succeeds, is not retriable, or the tries are used up; then throws its last error. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      if (attempt >= options.tries || options.retriable?.(error) === false) throw error
      const wait = Math.min(options.maxMs, options.minMs * 2 ** (attempt - 1))
      options.onRetry?.(error, attempt, wait)
      await (options.sleep?.(wait) ?? sleep(wait, undefined, { ...(options.signal && { signal: options.signal }) }))
    }
  }
}

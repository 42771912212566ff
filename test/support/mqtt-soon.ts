import { expect } from 'vitest'

/** `expect.poll` with the patience that a busy machine needs. */
export function soon<T>(ask: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(ask, { timeout: 10_000, interval: 20 })
}

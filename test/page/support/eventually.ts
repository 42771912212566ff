import { expect } from 'vitest'

/** Like `expect`, of what comes true in a while: asks again for ten seconds. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 10_000, interval: 100 })

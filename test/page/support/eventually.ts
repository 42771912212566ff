import { expect } from 'vitest'

/** Like `expect`, of what comes true in a while: asks again for half a minute. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000, interval: 100 })

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CityError, reasonOf } from '@commonstream/runtime/errors.ts'
import type { Child } from './start-child.ts'

/** How many lines of a log a failure shows. */
const TAIL_LINES = 15

export interface Waiting {
  /** After so long it is a failure; may be infinite. */
  readonly limitMs: number
  readonly everyMs?: number
  /** Told every half minute why it is not yet so. */
  readonly onSlow?: (reason: string) => void
}

const SLOW_MS = 30_000

/**
 * Waits until `ask` answers without throwing.
 * @throws CityError `CHILD_FAILED` when the process ends first or the limit passes, with the end of its log
 */
export async function waitUntil<T>(child: Child, ask: () => Promise<T>, o: Waiting): Promise<T> {
  const startedAt = Date.now()
  for (let slow = 1; ; ) {
    try {
      return await ask()
    } catch (error) {
      const waited = Date.now() - startedAt
      if (child.exit !== null) throw failure(child, `ended with ${child.exit.signal ?? `code ${child.exit.code}`} before it was ready`)
      if (waited > o.limitMs) throw failure(child, `was not ready after ${o.limitMs / 1000} s (${reasonOf(error)})`)
      if (waited > slow * SLOW_MS) {
        slow++
        o.onSlow?.(reasonOf(error))
      }
      await sleep(o.everyMs ?? 50)
    }
  }
}

function failure(child: Child, what: string): CityError {
  return new CityError('CHILD_FAILED', `${child.name} ${what}. The end of ${child.log}:\n${tailOf(child.log)}`, { sort: 'world' })
}

/** The last lines of a log. */
export function tailOf(file: string, lines = TAIL_LINES): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CityError, reasonOf } from '@commonstream/runtime/errors.ts'
import type { Child } from './start-child.ts'

/** How many lines of a log a failure shows. */
const TAIL_LINES = 15

/**
 * Waits until `ask` answers without throwing.
 * @throws CityError `CHILD_FAILED` when the process ends first or `limitMs` pass, with the end of its log
 */
export async function waitUntil<T>(child: Child, ask: () => Promise<T>, limitMs: number, everyMs = 50): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (child.exit !== null) throw failure(child, `ended with ${child.exit.signal ?? `code ${child.exit.code}`} before it was ready`)
      if (Date.now() > end) throw failure(child, `was not ready after ${limitMs / 1000} s (${reasonOf(error)})`)
      await sleep(everyMs)
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

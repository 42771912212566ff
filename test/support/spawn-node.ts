import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import type { Readable, Writable } from 'node:stream'

const LEAST = '19'

/** `idle`: in the time that nobody else wants, so that what is beside it, with a verdict that may depend on seconds, hardly notices. */
export type Pace = 'usual' | 'idle'

/** Starts a Node process whose output is read. An idle one must call `endWithParent`. */
export function spawnNode(args: readonly string[], pace: Pace = 'usual'): ChildProcessByStdio<Writable, Readable, Readable> {
  // In a session of its own, because Linux first shares time between sessions and only then looks at priorities within one.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: pace === 'idle' })
  if (pace === 'idle' && child.pid !== undefined) yieldTo(child.pid)
  return child
}

function yieldTo(pid: number): void {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW)
    const session = `/proc/${pid}/autogroup`
    if (existsSync(session)) writeFileSync(session, LEAST)
  } catch (error) {
    // A courtesy: where the system does not allow it, everything still runs.
    console.warn(`not at a low priority: ${String(error)}`)
  }
}

/** Ends this process when the one that started it is gone: nothing else would, in a session of its own. */
export function endWithParent(): void {
  process.stdin.once('end', () => process.exit(1))
  process.stdin.resume()
  process.stdin.unref()
}

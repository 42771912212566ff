import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf, isAlive, signal } from '@commonstream/embedded/state/processes.ts'

const GRACE_MS = 60_000

/** Ends the processes that this one has started, also those that it starts meanwhile, and waits until they are gone. */
export async function endChildren(): Promise<void> {
  const asked = new Set<number>()
  for (const until = Date.now() + GRACE_MS; ; await sleep(50)) {
    // The guardians of children end by themselves with what they guard.
    const children = childrenOf(process.pid).filter((pid) => isAlive(pid) && !commandOf(pid).includes('guardian'))
    if (children.length === 0) return
    const isLate = Date.now() > until
    for (const pid of children) {
      if (isLate) signal(pid, 'SIGKILL')
      else if (!asked.has(pid)) signal(pid, 'SIGTERM')
      asked.add(pid)
    }
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && parentOf(pid) === parent)
}

/** The parent stands second after the command, which is in brackets; 0 for a process that is gone. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0
    throw error
  }
}

import { existsSync } from 'node:fs'
import { memoryOf } from './process.ts'

const EVERY_MS = 200

/** What a process held in memory while it was watched, in bytes. */
export interface WatchedMemory {
  readonly first: number
  readonly peak: number
}

/**
 * Samples the resident memory of processes while something goes on. `pids` says who they are now: a process that ends
 * is no longer watched, one that comes is. Where there is no /proc nothing is sampled.
 * @returns ends it; what each process held, by name, the newest process of a name last
 */
export function watchMemory(pids: () => Readonly<Record<string, number | null>>): () => ReadonlyMap<string, readonly WatchedMemory[]> {
  const seen = new Map<string, Map<number, { first: number; peak: number }>>()
  const sample = () => {
    for (const [name, pid] of Object.entries(pids())) {
      const now = pid === null ? null : residentOf(pid)
      if (pid === null || now === null) continue
      const processes = seen.get(name) ?? new Map<number, { first: number; peak: number }>()
      seen.set(name, processes)
      const held = processes.get(pid) ?? { first: now, peak: now }
      processes.set(pid, { first: held.first, peak: Math.max(held.peak, now) })
    }
  }
  sample()
  const timer = setInterval(sample, EVERY_MS)
  return () => {
    clearInterval(timer)
    sample()
    return new Map([...seen].map(([name, processes]) => [name, [...processes.values()]]))
  }
}

/** Null for a process that has just ended, and where memory cannot be read. */
function residentOf(pid: number): number | null {
  if (!existsSync(`/proc/${pid}/status`)) return null
  const { now } = memoryOf(pid)
  return Number.isFinite(now) ? now : null
}

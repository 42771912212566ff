import { readFileSync, writeFileSync } from 'node:fs'
import { cpuSecondsOf, memoryOf } from '../support/process.ts'

/** CPU seconds that a process used so far, over all its threads. Linux only. */
export const cpuSeconds = cpuSecondsOf

/** The most memory that a process had resident since its start or `resetPeak`, in MB. */
export function peakMemoryMb(pid: number): number {
  return Math.round(memoryOf(pid).peak / 2 ** 20)
}

/** From now on the peak is that of what follows. Linux only. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** The machine's load average of one minute, as text in /proc so that it is the same everywhere. */
export function loadAverage(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
}

/** Peak memory and CPU seconds of some processes over a span of time. */
export interface Span {
  readonly seconds: number
  readonly processes: Readonly<Record<string, { readonly cpu: number; readonly peakMb: number }>>
}

/** Starts to measure processes by name; what it returns says what they used since. */
export function measure(pids: Readonly<Record<string, number>>): () => Span {
  const names = Object.entries(pids)
  for (const [, pid] of names) resetPeak(pid)
  const before = new Map(names.map(([name, pid]) => [name, cpuSeconds(pid)]))
  const begun = performance.now()
  return () => ({
    seconds: (performance.now() - begun) / 1_000,
    processes: Object.fromEntries(
      names.map(([name, pid]) => [name, { cpu: cpuSeconds(pid) - (before.get(name) ?? 0), peakMb: peakMemoryMb(pid) }]),
    ),
  })
}

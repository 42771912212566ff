import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isMarked } from '@commonstream/embedded/state/processes.ts'

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100

/** The process behind `run/<name>.pid` of a stack's folder; null while there is none. */
export function pidOf(dir: string, name: string): number | null {
  const file = path.join(dir, 'run', `${name}.pid`)
  return existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : null
}

/** Every process that a stack on `dir` has started and that still runs. */
export function processesOf(dir: string): number[] {
  return allProcesses().filter((pid) => isMarked(pid, dir))
}

/** What a process holds in memory now, and held at most, in bytes (Linux). */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

/** The processor time that a process has used so far, in seconds (Linux). */
export function cpuSecondsOf(pid: number): number {
  // The command may hold spaces and brackets; the fields after it do not. User and system time are the 14th and 15th.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

function allProcesses(): number[] {
  const names = existsSync('/proc/self/environ')
    ? readdirSync('/proc')
    : execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).split('\n')
  return names.map(Number).filter((pid) => pid > 1)
}

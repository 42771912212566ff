import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Whether a process is there and not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  if (!existsSync('/proc/self/stat')) return true
  // The state is the first field after the command, which stands in brackets.
  const stat = readProc(pid, 'stat')
  return stat !== '' && !/\) [ZX]/.test(stat)
}

/** Sends a signal; to a process that has just ended it is nothing. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The command line of a process; empty when it is gone. */
export function commandOf(pid: number): string {
  return existsSync('/proc/self/cmdline') ? readProc(pid, 'cmdline').replaceAll('\0', ' ') : ps(pid, ['-o', 'command='])
}

/** Whether a process was started by a stack on the state folder `dir`: it has CITY_STACK in its environment. */
export function isMarked(pid: number, dir: string): boolean {
  const mark = `CITY_STACK=${dir}`
  if (existsSync('/proc/self/environ')) return readProc(pid, 'environ').split('\0').includes(mark)
  return ` ${ps(pid, ['-E', '-ww', '-o', 'command='])} `.includes(` ${mark} `)
}

/** A file of a process, empty when the process has gone or is not ours to look at. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return ''
    throw error
  }
}

/** `ps` ends with 1 when there is no such process. */
function ps(pid: number, args: readonly string[]): string {
  try {
    return execFileSync('ps', [...args, '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch (error) {
    if ((error as { status?: number }).status === 1) return ''
    throw error
  }
}

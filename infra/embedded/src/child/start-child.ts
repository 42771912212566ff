import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { guard } from './guardian.ts'

export interface ChildOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The file that its output is appended to. */
  readonly log: string
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A running process that ends with this one. */
export interface Child {
  readonly name: string
  readonly pid: number
  readonly log: string
  /** Settles when it has ended, however that came. */
  readonly exited: Promise<Exit>
  /** Set once it has ended. */
  readonly exit: Exit | null
  /** Asks it to end and waits; after `graceMs` it is ended. */
  stop(graceMs?: number): Promise<Exit>
  kill(signal: NodeJS.Signals): void
}

/** A longer log is put aside at the next start, in the place of the one before. */
const LOG_LIMIT_BYTES = 16 * 2 ** 20

/** How long a process may take to stop before it is ended. */
const GRACE_MS = 15_000

/** Starts a process in a group of its own (a Ctrl-C reaches only us, who stop things in order) that ends when this one does. */
export function startChild(o: ChildOptions): Child {
  mkdirSync(path.dirname(o.log), { recursive: true })
  if ((statSync(o.log, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(o.log, `${o.log}.1`)
  const log = openSync(o.log, 'a')
  const options = { cwd: o.cwd, env: { ...o.env }, detached: true, stdio: ['ignore', log, log] as const }
  const process = spawn(o.command, o.args, { ...options, stdio: [...options.stdio] })
  closeSync(log)
  const exited = Promise.withResolvers<Exit>()
  let exit: Exit | null = null
  const release = process.pid === undefined ? () => undefined : guard(process.pid)
  const ended = (how: Exit) => {
    exit ??= how
    release()
    exited.resolve(exit)
  }
  process.once('exit', (code, signal) => ended({ code, signal }))
  process.once('error', () => ended({ code: 127, signal: null }))
  return {
    name: o.name,
    pid: process.pid ?? 0,
    log: o.log,
    exited: exited.promise,
    get exit() {
      return exit
    },
    async stop(graceMs = GRACE_MS) {
      process.kill('SIGTERM')
      const timeout = new AbortController()
      const late = sleep(graceMs, undefined, { signal: timeout.signal, ref: false }).then(
        () => process.kill('SIGKILL'),
        () => false,
      )
      const how = await exited.promise
      timeout.abort()
      await late
      return how
    },
    kill(signal) {
      process.kill(signal)
    },
  }
}

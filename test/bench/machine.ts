import { execFileSync } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { loadAverage } from './process-figures.ts'

/** What a figure was measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** Load average of one minute before anything was started. */
  readonly load: number
}

export function machineFacts(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    load: loadAverage(),
  }
}

/** The commit that is measured, with `+` if the work tree differs from it; null outside of a repository. */
export function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: path.resolve(import.meta.dirname, '..', '..'), encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+')
  } catch (error) {
    // An archive has no history, a small machine no git.
    console.log(`the commit is not known: ${(error as Error).message.split('\n')[0]}`)
    return null
  }
}

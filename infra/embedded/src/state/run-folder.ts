import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CityError } from '@commonstream/runtime/errors.ts'
import { commandOf, isAlive, isMarked, signal } from './processes.ts'

const GRACE_MS = 20_000

/** The stack's own name among the pid files. */
const SELF = 'stack'

/** `run/<name>.pid` of a state folder: who runs on it. */
export class RunFolder {
  readonly #dir: string
  readonly #folder: string

  constructor(dir: string) {
    this.#dir = dir
    this.#folder = path.join(dir, 'run')
    mkdirSync(this.#folder, { recursive: true })
  }

  write(name: string, pid: number): void {
    writeFileSync(this.#file(name), `${pid}\n`)
  }

  remove(name: string): void {
    rmSync(this.#file(name), { force: true })
  }

  /** Takes the folder for this process. @throws CityError `STACK_RUNS` when another stack has it */
  take(): void {
    const pid = this.#read(SELF)
    if (pid !== null && pid !== process.pid && isAlive(pid) && /embedded[\\/]src[\\/](stack|demo)\.ts/.test(commandOf(pid))) {
      throw new CityError('STACK_RUNS', `A stack already runs on ${this.#dir} (process ${pid}): stop it, or choose another CITY_DATA_DIR`)
    }
    this.write(SELF, process.pid)
  }

  release(): void {
    this.remove(SELF)
  }

  /**
   * Ends what a stack on this folder left running when it was killed. A number in a pid file may be another program's
   * by now: only processes that bear this folder's mark are touched.
   */
  async endLeftBehind(say: (line: string) => void): Promise<void> {
    for (const name of readdirSync(this.#folder).filter((file) => file.endsWith('.pid'))) {
      const who = name.slice(0, -'.pid'.length)
      if (who === SELF) continue
      const pid = this.#read(who)
      if (pid !== null && isAlive(pid) && isMarked(pid, this.#dir)) {
        say(`${who}: process ${pid} of an earlier stack still runs; ending it`)
        await end(pid)
      }
      this.remove(who)
    }
  }

  #file(name: string): string {
    return path.join(this.#folder, `${name}.pid`)
  }

  #read(name: string): number | null {
    if (!existsSync(this.#file(name))) return null
    const pid = Number(readFileSync(this.#file(name), 'utf8').trim())
    return Number.isInteger(pid) && pid > 1 ? pid : null
  }
}

async function end(pid: number): Promise<void> {
  signal(pid, 'SIGTERM')
  for (const limit = Date.now() + GRACE_MS; isAlive(pid); await sleep(50)) {
    if (Date.now() > limit) signal(pid, 'SIGKILL')
  }
}

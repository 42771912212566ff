import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { frame, frameReader } from './frames.ts'
import type { KeeperData, Request, Said } from './messages.ts'

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))

/** Computing time of one process: against one that outlives the bridge in an endless loop. */
const CPU_SECONDS = 900

/** How the engine or the kernel ends a process that wants more than it may have. */
const DIED = new Set<NodeJS.Signals | null>(['SIGABRT', 'SIGTRAP', 'SIGSEGV', 'SIGKILL'])

/** Told what its process says, and when it is gone. */
export interface Hears {
  said(said: Said): void
  /** @param why a sentence's end */
  gone(why: string, signal: NodeJS.Signals | null): void
}

/** The process of a decoder. It is gone once, by itself or by `end`; then nothing more is heard of it. */
export class DecoderProcess {
  readonly #child: ChildProcess
  readonly #hears: Hears
  #isGone = false

  constructor({ file, exported, readable, limits }: Omit<KeeperData, 'port' | 'signal'>, hears: Hears) {
    this.#hears = hears
    // The shell sets what the kernel then keeps to: no core dump, memory of all kinds, computing time.
    const limit = `ulimit -c 0; ulimit -d ${limits.dataMb * 1_024}; ulimit -t ${CPU_SECONDS}; exec "$0" "$@"`
    const node = [
      '--permission',
      ...readable.map((folder) => `--allow-fs-read=${folder}`),
      `--max-old-space-size=${limits.heapMb}`,
      '--v8-pool-size=1',
      '--no-warnings',
    ]
    const args = ['-c', limit, process.execPath, ...node, CHILD, file, exported, String(limits.replyBytes)]
    this.#child = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore', 'pipe'], env: {}, cwd: '/' })
    this.#child.on('error', (error) => this.#leave(`it cannot be started (${(error as NodeJS.ErrnoException).code})`, null))
    this.#child.on('exit', (_, signal) =>
      this.#leave(DIED.has(signal) ? 'its process died, as one without memory does' : 'its process ended', signal),
    )
    // A process that is gone is told by its exit, not by its closed input.
    this.#child.stdin?.on('error', () => undefined)
    this.#listen(limits.replyBytes)
  }

  send(request: Request): void {
    this.#child.stdin?.write(frame(request))
  }

  end(why: string): void {
    this.#child.kill('SIGKILL')
    this.#leave(why, null)
  }

  #listen(mostBytes: number): void {
    const read = frameReader(mostBytes, (said) => {
      if (!this.#isGone) this.#hears.said(said as Said)
    })
    const answers = this.#child.stdio[3] as Readable
    answers.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        this.end(`it answered with ${(error as Error).message}`)
      }
    })
  }

  #leave(why: string, signal: NodeJS.Signals | null): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#hears.gone(why, signal)
  }
}

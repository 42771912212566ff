import machine from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskPort } from '@commonstream/runtime'
import { replaceFile } from '../replace-file.ts'

/** The memory of one bridge of whether it has listened before (`<data dir>/bridge/<id>.json`). */
export class ListenedFile {
  readonly path: string
  readonly #bridge: string
  readonly #disk: DiskPort
  #first: string | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(dataDir: string, bridge: string, disk: DiskPort = machine) {
    this.#disk = disk
    this.path = join(dataDir, 'bridge', `${bridge}.json`)
    this.#bridge = bridge
  }

  /** Whether this bridge has listened before. A file that cannot be read says yes: then sensors may hold things back. */
  async listenedBefore(): Promise<boolean> {
    let text: string
    try {
      text = (await this.#disk.readFile(this.path)).toString()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
    this.#first = firstOf(text)
    return true
  }

  /** Notes that the bridge listens at `now` (epoch ms of the machine); on disk when it resolves. One note at a time. */
  note(now: number): Promise<void> {
    const last = new Date(now).toISOString()
    this.#first ??= last
    const text = `${JSON.stringify({ bridge: this.#bridge, firstListened: this.#first, lastListened: last })}\n`
    const written = this.#writing.then(() => replaceFile(this.path, text, this.#disk))
    // Whoever notes next does not fail for this one's fault.
    this.#writing = written.catch(() => undefined)
    return written
  }
}

function firstOf(text: string): string | null {
  try {
    const { firstListened } = JSON.parse(text) as { firstListened?: unknown }
    return typeof firstListened === 'string' ? firstListened : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

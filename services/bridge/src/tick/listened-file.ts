import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The memory of one bridge of whether it has listened before (`<data dir>/bridge/<id>.json`). */
export class ListenedFile {
  readonly path: string
  readonly #bridge: string
  #first: string | null = null

  constructor(dataDir: string, bridge: string) {
    this.path = join(dataDir, 'bridge', `${bridge}.json`)
    this.#bridge = bridge
  }

  /** Whether this bridge has listened before. A file that cannot be read says yes: then sensors may hold things back. */
  async listenedBefore(): Promise<boolean> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
    this.#first = firstOf(text)
    return true
  }

  /** Notes that the bridge listens at `now` (epoch ms of the machine); on disk when it resolves. */
  async note(now: number): Promise<void> {
    const last = new Date(now).toISOString()
    this.#first ??= last
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    const next = `${this.path}.next`
    const file = await open(next, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify({ bridge: this.#bridge, firstListened: this.#first, lastListened: last })}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(next, this.path)
    const folder = await open(dirname(this.path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
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

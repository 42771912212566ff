import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'

const SEEN_BYTES = 1024 * 1024

/**
 * What of an import is done (`<data dir>/import/<stream>-<digest>.json`), so that an interrupted one goes on where it was. It
 * belongs to one file and mapping: a changed one is another import.
 */
export class ProgressFile {
  readonly path: string
  readonly #done: Set<string>

  private constructor(file: string, done: readonly string[]) {
    this.path = file
    this.#done = new Set(done)
  }

  static async open(dataDir: string, stream: string, file: string, mapping: string): Promise<ProgressFile> {
    const at = path.join(dataDir, 'import', `${stream}-${await digestOf(file, mapping)}.json`)
    try {
      const { done } = JSON.parse(await readFile(at, 'utf8')) as { done?: unknown }
      return new ProgressFile(at, Array.isArray(done) ? done.map(String) : [])
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return new ProgressFile(at, [])
      throw error
    }
  }

  has(batch: string): boolean {
    return this.#done.has(batch)
  }

  forget(): void {
    this.#done.clear()
  }

  /** Notes that a batch is written; on disk when it resolves. */
  async note(batch: string): Promise<void> {
    this.#done.add(batch)
    await mkdir(path.dirname(this.path), { recursive: true, mode: 0o700 })
    const next = await open(`${this.path}.next`, 'w', 0o600)
    try {
      await next.writeFile(`${JSON.stringify({ done: [...this.#done] })}\n`)
      await next.sync()
    } finally {
      await next.close()
    }
    await rename(`${this.path}.next`, this.path)
  }
}

/** Of the mapping, the file's length, its time of change and its beginning: reading years of it whole would take minutes. */
async function digestOf(file: string, mapping: string): Promise<string> {
  const { size, mtimeMs } = await stat(file)
  const handle = await open(file, 'r')
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(SEEN_BYTES), 0, SEEN_BYTES, 0)
    const hash = createHash('sha256').update(`${size} ${mtimeMs}\n${mapping}\n`)
    return hash.update(buffer.subarray(0, bytesRead)).digest('hex').slice(0, 16)
  } finally {
    await handle.close()
  }
}

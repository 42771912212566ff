import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../replace-file.ts'
import type { Validators } from './answer.ts'

/** What is kept of a stream's polls. Secrets are not: the address is the contract's. */
export interface PollMemory {
  readonly url: string
  readonly validators: Validators
  /** Digests of what the last answer held. */
  readonly held: readonly string[]
  /** Epoch ms of the machine before which the feed should not be asked again. */
  readonly nextAt: number
}

export const NO_VALIDATORS: Validators = { etag: null, lastModified: null }

/** A bridge's memory of one stream's polls (`<data dir>/bridge/<id>.polls/<stream>.json`). */
export class PollFile {
  readonly path: string
  readonly #url: string

  constructor(dataDir: string, bridge: string, stream: string, url: string) {
    this.path = join(dataDir, 'bridge', `${bridge}.polls`, `${stream}.json`)
    this.#url = url
  }

  /** What is remembered; nothing where there is no usable file, or it is of another address. */
  async read(): Promise<PollMemory> {
    const nothing = { url: this.#url, validators: NO_VALIDATORS, held: [], nextAt: 0 }
    try {
      const memory = JSON.parse(await readFile(this.path, 'utf8')) as PollMemory
      return memory?.url === this.#url && isWhole(memory) ? memory : nothing
    } catch (error) {
      // A file that is missing or torn costs one poll that need not have been.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return nothing
      throw error
    }
  }

  write(memory: Omit<PollMemory, 'url'>): Promise<void> {
    return replaceFile(this.path, `${JSON.stringify({ url: this.#url, ...memory })}\n`)
  }
}

function isWhole({ validators, held, nextAt }: PollMemory): boolean {
  const text = (value: unknown) => value === null || typeof value === 'string'
  return (
    typeof validators === 'object' &&
    validators !== null &&
    text(validators.etag) &&
    text(validators.lastModified) &&
    Array.isArray(held) &&
    held.every((digest) => typeof digest === 'string') &&
    Number.isFinite(nextAt)
  )
}

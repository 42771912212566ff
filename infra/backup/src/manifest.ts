import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { CityError } from '@commonstream/runtime'

export interface TableEntry {
  readonly table: string
  readonly file: string
  readonly rows: number
  readonly sha256: string
}

/** `manifest.json` of a backup. */
export interface Manifest {
  readonly format: 1
  readonly city: string
  readonly made: string
  readonly tables: readonly TableEntry[]
}

/** SHA-256 of a file's bytes in hexadecimal digits, read in pieces. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/**
 * Reads a backup's manifest and compares every file with it.
 * @throws CityError `BACKUP_DAMAGED`
 */
export async function checkedManifest(dir: string): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(path.join(dir, 'manifest.json'), 'utf8')) as Manifest
  if (manifest.format !== 1)
    throw new CityError('BACKUP_DAMAGED', `${dir} is a backup of format ${String(manifest.format)}; this reads format 1`)
  for (const { file, sha256 } of manifest.tables) {
    if ((await sha256Of(path.join(dir, file))) !== sha256)
      throw new CityError('BACKUP_DAMAGED', `${file} in ${dir} is not what was backed up`)
  }
  return manifest
}

import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { CityError } from '@commonstream/runtime/errors.ts'

/** Less room than this in memory and rows are spooled on disk (containers often have 64 MB). */
const ROOM_BYTES = 512 * 2 ** 20

/**
 * An empty folder for rows on their way into the engine: in memory where the system has such a place with room, else
 * in the state folder. What an earlier run of the same store left there is removed, so it is to be called by the only
 * user of `dir`.
 * @param memory the system's folder in memory
 */
export function spoolFolder(dir: string, memory = '/dev/shm'): string {
  const name = `commonstream-${createHash('sha256').update(path.resolve(dir)).digest('hex').slice(0, 16)}`
  const folder = hasRoom(memory) ? path.join(memory, name) : path.join(dir, 'spool')
  const before = lstatSync(folder, { throwIfNoEntry: false })
  if (before && (!before.isDirectory() || before.uid !== process.getuid?.())) {
    throw new CityError('SPOOL_TAKEN', `${folder} is not a folder of this user: remove it`)
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  return folder
}

function hasRoom(memory: string): boolean {
  if (lstatSync(memory, { throwIfNoEntry: false }) === undefined) return false
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= ROOM_BYTES
}

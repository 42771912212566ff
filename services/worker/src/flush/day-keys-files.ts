import { dirname, join } from 'node:path'
import type { DiskPort } from '@commonstream/runtime'

/** Whether an error of node:fs has this code. */
function is(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Error && 'code' in error && error.code === code
}
export const missing = is('ENOENT')
const exists = is('EEXIST')

/** A file's bytes, or null if there is none. */
export async function readIfThere(disk: DiskPort, path: string): Promise<Buffer | null> {
  try {
    return await disk.readFile(path)
  } catch (error) {
    if (missing(error)) return null
    throw error
  }
}

export async function isThere(disk: DiskPort, path: string): Promise<boolean> {
  try {
    await disk.stat(path)
    return true
  } catch (error) {
    if (missing(error)) return false
    throw error
  }
}

/**
 * Creates `path` whole or not at all, once: the bytes are on disk under another name before the name is given by a hard
 * link, which fails if it is taken. Returns false then. A crash leaves no half-written `path`. Mode 0600.
 * @param draft the other name, in the same folder and not in use
 */
export async function createOnce(disk: DiskPort, path: string, draft: string, bytes: Buffer, writtenMs: number): Promise<boolean> {
  const file = await disk.open(draft, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.utimes(writtenMs / 1000, writtenMs / 1000)
    await file.sync()
  } finally {
    await file.close()
  }
  let first = true
  try {
    await disk.link(draft, path)
  } catch (error) {
    if (!exists(error)) throw error
    first = false
  }
  await disk.unlink(draft)
  await syncFolder(disk, dirname(path))
  return first
}

/** Overwrites a file with other bytes of its length, waits until they are on disk, and removes it. */
export async function shred(disk: DiskPort, path: string, random: (size: number) => Buffer): Promise<void> {
  const file = await disk.open(path, 'r+')
  try {
    const { size, nlink } = await file.stat()
    // A second name means that these bytes are still in use under it.
    if (nlink === 1 && size > 0) await file.write(random(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.unlink(path)
  await syncFolder(disk, dirname(path))
}

/** Makes `root/…names` with mode 0700 and has every new name on disk. */
export async function makeFolder(disk: DiskPort, root: string, ...names: readonly string[]): Promise<string> {
  const path = join(root, ...names)
  await disk.mkdir(path, { recursive: true, mode: 0o700 })
  for (let above = dirname(path), i = 0; i < names.length; i++, above = dirname(above)) await syncFolder(disk, above)
  return path
}

async function syncFolder(disk: DiskPort, path: string): Promise<void> {
  const folder = await disk.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

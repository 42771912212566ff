import machine from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DiskPort } from '@commonstream/runtime'

/** Puts a text in a file's place, whole or not at all, and on disk. Its folder is made where it is missing. */
export async function replaceFile(path: string, text: string, disk: DiskPort = machine): Promise<void> {
  await disk.mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const next = `${path}.next`
  const file = await disk.open(next, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(next, path)
  const folder = await disk.open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

import type { FileHandle } from 'node:fs/promises'

/** An open file: what of it the keys need. */
export type OpenFile = Pick<FileHandle, 'close' | 'sync' | 'utimes' | 'writeFile'> & {
  stat(): Promise<{ readonly size: number; readonly nlink: number }>
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<unknown>
}

/** The part of node:fs/promises that the keys need; errors carry the same codes. */
export interface DiskPort {
  link(existing: string, path: string): Promise<void>
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>
  open(path: string, flags: string, mode?: number): Promise<OpenFile>
  readFile(path: string): Promise<Buffer>
  readdir(path: string): Promise<string[]>
  stat(path: string): Promise<{ readonly mtimeMs: number }>
  unlink(path: string): Promise<void>
}

import type { FileHandle } from 'node:fs/promises'

/** An open file: what services need of it. */
export type OpenFile = Pick<FileHandle, 'close' | 'sync' | 'utimes' | 'writeFile'> & {
  stat(): Promise<{ readonly size: number; readonly nlink: number }>
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<unknown>
}

/** The part of node:fs/promises that services need for what must outlive them; errors carry the same codes. */
export interface DiskPort {
  link(existing: string, path: string): Promise<void>
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>
  open(path: string, flags: string, mode?: number): Promise<OpenFile>
  readFile(path: string): Promise<Buffer>
  readdir(path: string): Promise<string[]>
  rename(path: string, to: string): Promise<void>
  stat(path: string): Promise<{ readonly mtimeMs: number }>
  unlink(path: string): Promise<void>
}

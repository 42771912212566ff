import { dirname } from 'node:path'
import type { DiskPort, OpenFile } from '@commonstream/runtime'
import type { Random } from './random.ts'
import type { SimProcess } from './sim-process.ts'

/** A file: what programs see, and what is on the platter. */
interface Inode {
  bytes: Buffer
  durable: Buffer
  mtimeMs: number
  names: number
}

class DiskError extends Error {
  readonly code: string

  constructor(code: string, path: string) {
    super(`${code}: ${path}`)
    this.code = code
  }
}

/** One machine's disk. What was not fsynced may be gone, or half there, after its power was lost. */
export class SimDisk {
  /** Share of writes that find the disk full. */
  full = 0
  /** Told of each write that found it so. */
  onFull: () => void = () => {}
  readonly random: Random
  #names = new Map<string, Inode>()
  #durableNames = new Map<string, Inode>()

  constructor(random: Random) {
    this.random = random
  }

  /** The power goes: of what was not synced, each thing may have reached the platter, written files up to any byte. */
  loseTheUnsynced(): void {
    const names = new Map(this.#durableNames)
    for (const [path, inode] of this.#names) if (names.get(path) !== inode && this.random.chance(0.5)) names.set(path, inode)
    for (const path of [...names.keys()]) if (!this.#names.has(path) && this.random.chance(0.5)) names.delete(path)
    for (const inode of new Set(names.values())) {
      if (!inode.bytes.equals(inode.durable)) inode.durable = inode.bytes.subarray(0, this.random.int(0, inode.bytes.length + 1))
      inode.bytes = inode.durable
    }
    this.#names = names
    this.#durableNames = new Map(names)
  }

  /** A file's bytes as programs see them; null: there is none. */
  peek(path: string): Buffer | null {
    return this.#names.get(path)?.bytes ?? null
  }

  /** The disk as one process reaches it. */
  port(process: SimProcess): DiskPort {
    const ask = <T>(work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        process.after(this.random.int(0, 4), () => {
          try {
            resolve(work())
          } catch (error) {
            reject(error)
          }
        })
      })
    return {
      link: (existing, path) => ask(() => this.#link(existing, path)),
      mkdir: () => ask(() => undefined),
      open: (path, flags) => ask(() => this.#open(path, flags, ask)),
      readFile: (path) => ask(() => Buffer.from(this.#inode(path).bytes)),
      readdir: (path) =>
        ask(() => [...this.#names.keys()].filter((name) => dirname(name) === path).map((name) => name.slice(path.length + 1))),
      rename: (path, to) => ask(() => this.#rename(path, to)),
      stat: (path) => ask(() => ({ mtimeMs: this.#inode(path).mtimeMs })),
      unlink: (path) =>
        ask(() => {
          this.#inode(path).names--
          this.#names.delete(path)
        }),
    }
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw new DiskError('ENOENT', path)
    return inode
  }

  #link(existing: string, path: string): void {
    const inode = this.#inode(existing)
    if (this.#names.has(path)) throw new DiskError('EEXIST', path)
    inode.names++
    this.#names.set(path, inode)
  }

  #rename(path: string, to: string): void {
    const inode = this.#inode(path)
    this.#names.delete(path)
    this.#names.set(to, inode)
  }

  #create(path: string): Inode {
    const inode = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), mtimeMs: 0, names: 1 }
    this.#names.set(path, inode)
    return inode
  }

  #syncFolder(path: string): void {
    for (const name of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      if (dirname(name) !== path) continue
      const inode = this.#names.get(name)
      if (inode === undefined) this.#durableNames.delete(name)
      else this.#durableNames.set(name, inode)
    }
  }

  #open(path: string, flags: string, ask: <T>(work: () => T) => Promise<T>): OpenFile {
    if (flags === 'wx') {
      if (this.#names.has(path)) throw new DiskError('EEXIST', path)
      this.#create(path)
    } else if (flags === 'w') (this.#names.get(path) ?? this.#create(path)).bytes = Buffer.alloc(0)
    else if (!this.#names.has(path)) return this.#folder(path, ask)
    const inode = this.#inode(path)
    const write = (bytes: Buffer) => {
      if (this.random.chance(this.full)) {
        inode.bytes = bytes.subarray(0, this.random.int(0, bytes.length))
        this.onFull()
        throw new DiskError('ENOSPC', path)
      }
      inode.bytes = Buffer.from(bytes)
    }
    return {
      close: () => ask(() => undefined),
      sync: () =>
        ask(() => {
          inode.durable = inode.bytes
        }),
      stat: () => ask(() => ({ size: inode.bytes.length, nlink: inode.names })),
      utimes: (_, mtime) =>
        ask(() => {
          inode.mtimeMs = Number(mtime) * 1000
        }),
      write: (bytes) => ask(() => write(bytes)),
      writeFile: (data) => ask(() => write(Buffer.from(data as Buffer | string))),
    }
  }

  #folder(path: string, ask: <T>(work: () => T) => Promise<T>): OpenFile {
    const never = () => Promise.reject(new DiskError('EISDIR', path))
    return {
      close: () => ask(() => undefined),
      sync: () => ask(() => this.#syncFolder(path)),
      stat: never,
      utimes: never,
      write: never,
      writeFile: never,
    }
  }
}

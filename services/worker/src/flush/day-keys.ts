import { createHash, randomBytes } from 'node:crypto'
import * as machine from 'node:fs/promises'
import { join } from 'node:path'
import { CityError } from '@commonstream/runtime'
import type { DiskPort } from '@commonstream/runtime'
import { createOnce, isThere, makeFolder, missing, readIfThere, shred } from './day-keys-files.ts'

const KEY_BYTES = 32
const DAY_MS = 86_400_000
/** A draft this old belongs to a process that died. */
const DRAFT_AGE_MS = 3_600_000

/** The day keys of one protected stream (protocol section 8.4). */
export interface DayKeys {
  /**
   * The key of the windows that start on a UTC day, created on first use.
   * @param day `YYYY-MM-DD`
   * @param expected the key's commitment where one is known (the ledger's): then the very key that was in use, or none
   * @throws CityError `KEY_LOST` if the key is missing, destroyed, damaged or another than `expected`: nothing may be
   * released for that day, and no key is drawn again
   */
  keyFor(day: string, expected?: string | null): Promise<Buffer>
  /** What the ledger keeps of a key: it shows later that a key is the same, and nothing else about it. */
  commitmentOf(key: Buffer): string
  /**
   * Destroys the keys that no window can need any more: topic retention + 1 day after their creation or the end of
   * their day, whichever is later. Returns the days.
   */
  destroyExpired(retentionTopicMs: number): Promise<string[]>
}

export interface DayKeysOptions {
  /** CITY_DATA_DIR; keys are files `keys/<stream>/<day>` below it. */
  readonly dir: string
  readonly stream: string
  /** The machine's time, never a replay's: it says how old a key is. */
  readonly now: () => number
  /** The system's generator, but in tests. */
  readonly random?: (size: number) => Buffer
  /** This machine's, but in simulations. */
  readonly disk?: DiskPort
}

export function dayKeys({ dir, stream, now, random = randomBytes, disk = machine }: DayKeysOptions): DayKeys {
  const folder = join(dir, 'keys', stream)
  const held = new Map<string, Promise<Buffer>>()

  async function readOrCreate(day: string, mayCreate: boolean): Promise<Buffer> {
    const path = join(folder, day)
    if (await isThere(disk, tombstone(path))) throw lost(stream, day, 'it was destroyed')
    let key = await readIfThere(disk, path)
    if (key === null && mayCreate) {
      await makeFolder(disk, dir, 'keys', stream)
      await createOnce(disk, path, draft(path, random), random(KEY_BYTES), now())
      key = await readIfThere(disk, path) // another process's, if it came first
    }
    if (key === null) throw lost(stream, day, 'its file is missing')
    if (key.length !== KEY_BYTES || key.every((byte) => byte === 0)) throw lost(stream, day, 'its file is damaged')
    return key
  }

  async function destroyIfDue(path: string, dayEnd: number, retentionTopicMs: number): Promise<boolean> {
    const begun = await isThere(disk, tombstone(path))
    if (!begun && now() < Math.max((await disk.stat(path)).mtimeMs, dayEnd) + retentionTopicMs + DAY_MS) return false
    // The tombstone first: whatever a crash leaves behind is never taken for the key.
    if (!begun) await createOnce(disk, tombstone(path), draft(path, random), Buffer.alloc(0), now())
    await shred(disk, path, random)
    return true
  }

  return {
    async keyFor(day, expected = null) {
      if (!isDay(day)) throw new CityError('DAY_INVALID', `"${day}" is not a day such as 2023-06-05`)
      let key = held.get(day)
      if (key === undefined) {
        key = readOrCreate(day, expected === null)
        held.set(day, key)
        key.catch(() => held.delete(day)) // asked again, it is looked up again
      }
      const bytes = await key
      if (expected !== null && commitmentOf(bytes) !== expected) throw lost(stream, day, 'another key stands in its place')
      return bytes
    },
    commitmentOf,
    async destroyExpired(retentionTopicMs) {
      const destroyed: string[] = []
      for (const name of await namesIn(disk, folder)) {
        const path = join(folder, name)
        if (isDraft(name) && now() - (await disk.stat(path)).mtimeMs > DRAFT_AGE_MS) await shred(disk, path, random)
        if (!isDay(name) || !(await destroyIfDue(path, Date.parse(name) + DAY_MS, retentionTopicMs))) continue
        held.delete(name)
        destroyed.push(name)
      }
      return destroyed
    },
  }
}

function commitmentOf(key: Buffer): string {
  return createHash('sha256').update('commonstream day key commitment\0').update(key).digest('hex')
}

function lost(stream: string, day: string, why: string): CityError {
  return new CityError('KEY_LOST', `The key of ${stream} for ${day} is lost: ${why}. Nothing is released for that day.`)
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

const tombstone = (path: string) => `${path}.destroyed`
const draft = (path: string, random: (size: number) => Buffer) => `${path}.${random(8).toString('hex')}.draft`
const isDraft = (name: string) => name.endsWith('.draft')

async function namesIn(disk: DiskPort, folder: string): Promise<string[]> {
  try {
    return (await disk.readdir(folder)).sort()
  } catch (error) {
    if (missing(error)) return []
    throw error
  }
}

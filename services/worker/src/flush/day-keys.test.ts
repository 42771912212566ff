import { link, mkdtemp, open as openFile, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dayKeys } from './day-keys.ts'

const DAY = '2023-06-05'
const HOUR = 3_600_000
const noon = Date.parse(`${DAY}T12:00:00Z`)

let dir: string
let clock: number
const open = () => dayKeys({ dir, stream: 'pedestrian-counts', now: () => clock })
const file = (name = DAY) => join(dir, 'keys', 'pedestrian-counts', name)
const names = () => readdir(join(dir, 'keys', 'pedestrian-counts'))

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'day-keys-'))
  clock = noon
})
afterEach(() => rm(dir, { recursive: true }))

test('a day has one key, made once, of 32 bytes, for the owner’s eyes', async () => {
  const keys = open()
  const key = await keys.keyFor(DAY, null)
  expect(key).toHaveLength(32)
  expect(await keys.keyFor(DAY)).toEqual(key)
  expect(await open().keyFor(DAY)).toEqual(key)
  expect(await readFile(file())).toEqual(key)
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  expect((await stat(join(dir, 'keys'))).mode & 0o777).toBe(0o700)
  expect(await names()).toEqual([DAY])
  expect(await keys.keyFor('2023-06-06')).not.toEqual(key)
})

test('many at once agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 30 }, () => open().keyFor(DAY)))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  expect(await names()).toEqual([DAY])
})

test('with a known commitment it is that key or none', async () => {
  const keys = open()
  const commitment = keys.commitmentOf(await keys.keyFor(DAY))
  expect(commitment).toMatch(/^[0-9a-f]{64}$/)
  await open().keyFor(DAY, commitment)
  await writeFile(file(), Buffer.alloc(32, 7))
  await expect(open().keyFor(DAY, commitment)).rejects.toMatchObject({ code: 'KEY_LOST' })
  await rm(file())
  await expect(open().keyFor(DAY, commitment)).rejects.toMatchObject({ code: 'KEY_LOST' })
  expect(await names()).toEqual([]) // none was drawn again
})

test('a commitment belongs to one key', () => {
  const { commitmentOf } = open()
  expect(commitmentOf(Buffer.alloc(32, 1))).not.toBe(commitmentOf(Buffer.alloc(32, 2)))
})

test('a damaged key is lost, and stays as it was found', async () => {
  await open().keyFor(DAY)
  await truncate(file(), 31)
  await expect(open().keyFor(DAY)).rejects.toMatchObject({ code: 'KEY_LOST' })
  await writeFile(file(), Buffer.alloc(32))
  await expect(open().keyFor(DAY)).rejects.toMatchObject({ code: 'KEY_LOST' })
  expect(await readFile(file())).toEqual(Buffer.alloc(32))
})

test('a failure is not remembered', async () => {
  const keys = open()
  await expect(keys.keyFor(DAY, 'f'.repeat(64))).rejects.toMatchObject({ code: 'KEY_LOST' })
  expect(await keys.keyFor(DAY)).toHaveLength(32)
})

test('what is no day is refused before it becomes a path', async () => {
  for (const day of ['../2023-06-05', '2023-6-5', '', '2023-13-01'])
    await expect(open().keyFor(day)).rejects.toMatchObject({ code: 'DAY_INVALID' })
})

test('a key is destroyed retention + 1 day after its day’s end', async () => {
  const keys = open()
  await keys.keyFor(DAY)
  const due = Date.parse('2023-06-06T00:00:00Z') + (72 + 24) * HOUR
  clock = due - 1
  expect(await keys.destroyExpired(72 * HOUR)).toEqual([])
  clock = due
  expect(await keys.destroyExpired(72 * HOUR)).toEqual([DAY])
  expect(await names()).toEqual([`${DAY}.destroyed`])
  expect(await keys.destroyExpired(72 * HOUR)).toEqual([])
})

test('a key made after its day (a replay) is kept retention + 1 day from then', async () => {
  clock = noon + 1_000 * 24 * HOUR
  const keys = open()
  await keys.keyFor(DAY)
  clock += 96 * HOUR - 1
  expect(await keys.destroyExpired(72 * HOUR)).toEqual([])
  clock += 1
  expect(await keys.destroyExpired(72 * HOUR)).toEqual([DAY])
})

test('a destroyed key is never drawn again', async () => {
  const keys = open()
  await keys.keyFor(DAY)
  clock = noon + 1_000 * 24 * HOUR
  await keys.destroyExpired(0)
  for (const k of [keys, open()]) await expect(k.keyFor(DAY)).rejects.toMatchObject({ code: 'KEY_LOST' })
})

test('the bytes are overwritten before the name goes', async () => {
  const keys = open()
  const key = Buffer.from(await keys.keyFor(DAY))
  const held = await openFile(file())
  clock = noon + 1_000 * 24 * HOUR
  await keys.destroyExpired(0)
  const { buffer } = await held.read(Buffer.alloc(32), 0, 32, 0)
  await held.close()
  expect(buffer.equals(key)).toBe(false)
})

test('a destruction that a crash cut short is finished, and its left-over is no key', async () => {
  await open().keyFor(DAY)
  await writeFile(`${file()}.destroyed`, '')
  await expect(open().keyFor(DAY)).rejects.toMatchObject({ code: 'KEY_LOST' })
  expect(await open().destroyExpired(1e12)).toEqual([DAY])
  expect(await names()).toEqual([`${DAY}.destroyed`])
})

test('drafts of dead processes go, without harm to a key that shares their bytes', async () => {
  const key = await open().keyFor(DAY)
  await writeFile(file(`${DAY}.aa.draft`), Buffer.alloc(32, 3))
  await link(file(), file(`${DAY}.bb.draft`))
  await utimes(file(`${DAY}.aa.draft`), noon / 1000, noon / 1000)
  clock = noon + HOUR
  expect(await open().destroyExpired(1e12)).toEqual([])
  expect(await names()).toHaveLength(3)
  clock = noon + HOUR + 1
  await open().destroyExpired(1e12)
  expect(await names()).toEqual([DAY])
  expect(await open().keyFor(DAY)).toEqual(key)
})

test('a stream without keys has none to destroy', async () => {
  expect(await open().destroyExpired(0)).toEqual([])
})

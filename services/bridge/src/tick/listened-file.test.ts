import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ListenedFile } from './listened-file.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'bridge-listened-'))
})
afterEach(() => rm(dir, { recursive: true }))

test('a bridge knows after its first start that it has listened, another bridge does not', async () => {
  const first = new ListenedFile(dir, 'bridge-1')
  expect(await first.listenedBefore()).toBe(false)
  await first.note(1_000)
  await first.note(2_000)
  const again = new ListenedFile(dir, 'bridge-1')
  expect(await again.listenedBefore()).toBe(true)
  await again.note(3_000)
  expect(JSON.parse(await readFile(again.path, 'utf8'))).toEqual({
    bridge: 'bridge-1',
    firstListened: '1970-01-01T00:00:01.000Z',
    lastListened: '1970-01-01T00:00:03.000Z',
  })
  expect(await new ListenedFile(dir, 'bridge-2').listenedBefore()).toBe(false)
  expect(await readdir(path.join(dir, 'bridge'))).toEqual(['bridge-1.json'])
})

test('a file that cannot be understood says yes', async () => {
  const file = new ListenedFile(dir, 'bridge-1')
  await file.note(1_000)
  await writeFile(file.path, '{"brid')
  expect(await new ListenedFile(dir, 'bridge-1').listenedBefore()).toBe(true)
})

test('notes that come at the same time are written one after the other', async () => {
  const file = new ListenedFile(dir, 'bridge-1')
  await Promise.all(Array.from({ length: 20 }, (_, i) => file.note(i * 1_000)))
  expect(JSON.parse(await readFile(file.path, 'utf8'))).toMatchObject({
    firstListened: '1970-01-01T00:00:00.000Z',
    lastListened: '1970-01-01T00:00:19.000Z',
  })
})

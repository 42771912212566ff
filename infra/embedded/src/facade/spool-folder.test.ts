import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { spoolFolder } from './spool-folder.ts'

let temp: string
let dir: string

beforeEach(() => {
  temp = mkdtempSync(path.join(os.tmpdir(), 'city-spool-'))
  dir = path.join(temp, 'state')
  mkdirSync(dir)
})
afterEach(() => rmSync(temp, { recursive: true, force: true }))

test('it is in memory where there is room, empty, and for its owner alone', () => {
  const folder = spoolFolder(dir, temp)
  expect(path.dirname(folder)).toBe(temp)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  writeFileSync(path.join(folder, 'rows'), 'left by a crash')
  expect(spoolFolder(dir, temp)).toBe(folder)
  expect(existsSync(path.join(folder, 'rows'))).toBe(false)
  expect(spoolFolder(temp, temp)).not.toBe(folder)
})

test('it is in the state folder where the system has no such place', () => {
  expect(spoolFolder(dir, path.join(temp, 'nowhere'))).toBe(path.join(dir, 'spool'))
})

test('a link that somebody laid in its place is not followed', () => {
  const folder = spoolFolder(dir, temp)
  rmSync(folder, { recursive: true })
  symlinkSync(dir, folder)
  expect(() => spoolFolder(dir, temp)).toThrow(/not a folder of this user/)
})

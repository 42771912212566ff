import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultBook } from './fault-book.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fault-book-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a place is known the second time, also after a restart, and others are not', () => {
  const file = join(dir, 'worker', 'faults.json')
  expect(new FaultBook(file).again('bins', 1, 40)).toBe(false)
  const after = new FaultBook(file)
  expect(after.again('bins', 1, 40)).toBe(true)
  expect(after.again('bins', 1, 41)).toBe(false)
  expect(after.again('bins', 2, 40)).toBe(false)
  expect(readdirSync(join(dir, 'worker'))).toEqual(['faults.json'])
})

test.each(['', '["bins/1@4', '{}', 'null'])('a book that cannot be read (%s) is an empty one', (text) => {
  const file = join(dir, 'faults.json')
  writeFileSync(file, text)
  const book = new FaultBook(file)
  expect(book.again('bins', 1, 4)).toBe(false)
  expect(book.again('bins', 1, 4)).toBe(true)
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTokens, roleOf } from './roles.ts'

const TOKENS = { operations: 'o'.repeat(20), steward: 's'.repeat(20), device: 'd'.repeat(20) }
let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-tokens-'))
  file = path.join(dir, 'tokens.json')
})

afterEach(() => rmSync(dir, { recursive: true }))

test('a token is a role, no header is the public, anything else is nobody', () => {
  for (const role of ['operations', 'steward', 'device'] as const) expect(roleOf(`Bearer ${TOKENS[role]}`, TOKENS)).toBe(role)
  expect(roleOf(undefined, TOKENS)).toBe('public')
  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${TOKENS.steward}s`,
    `Basic ${TOKENS.steward}`,
    TOKENS.steward,
    'Bearer undefined',
  ]) {
    expect(roleOf(header, TOKENS)).toBeNull()
    expect(roleOf(header, null)).toBeNull()
  }
})

test('tokens are read from their file; none is no fault, a bad one is', () => {
  expect(readTokens(file)).toBeNull()
  writeFileSync(file, JSON.stringify(TOKENS))
  expect(readTokens(file)).toEqual(TOKENS)
  for (const text of ['{}', 'no json', JSON.stringify({ ...TOKENS, steward: 'short' })]) {
    writeFileSync(file, text)
    expect(() => readTokens(file)).toThrow(/tokens.json/)
  }
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginClock, clockOf } from './clock-file.ts'
import { tokensOf } from './tokens-file.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-state-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('tokensOf', () => {
  test('makes 256 bits for each role once, for the owner alone', () => {
    let calls = 0
    const tokens = tokensOf(dir, (bytes) => Buffer.alloc(bytes, ++calls))
    expect(Buffer.from(tokens.steward, 'base64url')).toEqual(Buffer.alloc(32, 2))
    expect(new Set(Object.values(tokens)).size).toBe(3)
    expect(statSync(path.join(dir, 'tokens.json')).mode & 0o777).toBe(0o600)
    expect(tokensOf(dir)).toEqual(tokens)
  })
})

describe('clockOf', () => {
  const clock = '2023-06-04T23:00:00+10:00@60/2023-06-05T08:30:00+10:00'

  test('a replay begins once, and the folder keeps when', () => {
    const before = clockOf(dir, clock)
    expect(before).toEqual({ clock, origin: null })
    expect(beginClock(dir, before ?? { clock, origin: null }, 1234)).toEqual({ clock, origin: 1234 })
    const after = clockOf(dir, undefined)
    expect(after).toEqual({ clock, origin: 1234 })
    expect(beginClock(dir, after ?? { clock, origin: null }, 9999)).toEqual({ clock, origin: 1234 })
  })

  test('one folder has one clock', () => {
    beginClock(dir, { clock, origin: null }, 1)
    expect(() => clockOf(dir, '2024-01-01T00:00:00Z@1')).toThrow(/holds a replay on the clock 2023/)
    const present = mkdtempSync(path.join(dir, 'present-'))
    mkdirSync(path.join(present, 'kafka'))
    expect(clockOf(present, undefined)).toBeNull()
    expect(() => clockOf(present, clock)).toThrow(/holds a city of the present/)
  })

  test('a clock that is none is refused before anything starts', () => {
    expect(() => clockOf(dir, 'yesterday@fast')).toThrow(/CITY_CLOCK is "yesterday@fast"/)
  })

  test('what is kept is readable JSON', () => {
    beginClock(dir, { clock, origin: null }, 5)
    expect(JSON.parse(readFileSync(path.join(dir, 'clock.json'), 'utf8'))).toEqual({ clock, origin: 5 })
    writeFileSync(path.join(dir, 'clock.json'), '{ half')
    expect(() => clockOf(dir, undefined)).toThrow()
  })
})

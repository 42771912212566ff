import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { profileLines } from './profile.ts'

const frame = (id: number, functionName: string, url = '', lineNumber = -1) => ({ id, callFrame: { functionName, url, lineNumber } })
const here = pathToFileURL(path.join(import.meta.dirname, 'profile.ts')).href

test('own time by function, idle left out, the longest first', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'city-profile-'))
  const nodes = [
    frame(1, '(idle)'),
    frame(2, 'fold', here, 9),
    frame(3, 'fold', here, 9),
    frame(4, '', 'file:///x/node_modules/kafkajs/src/a.js', 0),
  ]
  writeFileSync(path.join(dir, 'a.cpuprofile'), JSON.stringify({ nodes, samples: [1, 2, 3, 4], timeDeltas: [9_000, 1_000, 2_000, 1_000] }))
  writeFileSync(path.join(dir, 'b.cpuprofile'), JSON.stringify({ nodes: [frame(1, '(program)')], samples: [1], timeDeltas: [4_000] }))
  try {
    expect(profileLines(dir, 2).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['own time of functions, of 0.0 s in which the main thread was not idle:'],
      ['50.0 %', '4 ms', '(program)'],
      ['37.5 %', '3 ms', 'fold', 'test/bench/profile.ts:10'],
    ])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startChild } from '../child/start-child.ts'
import { RunFolder } from '../state/run-folder.ts'
import { Supervised } from './supervised.ts'
import type { Unit } from './unit.ts'

let dir: string
let said: string[]
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-supervised-'))
  said = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function supervise(script: string, ready: () => Promise<void> = () => Promise.resolve()): Supervised {
  const unit: Unit = {
    ...{ name: 'part', startLimitMs: 5_000, ready, live: ready },
    start: async () =>
      startChild({
        name: 'part',
        command: '/bin/sh',
        args: ['-c', script],
        cwd: dir,
        env: { PATH: process.env['PATH'] },
        log: path.join(dir, 'part.log'),
      }),
  }
  return new Supervised(unit, new RunFolder(dir), (line) => said.push(line))
}

const pid = () => Number(readFileSync(path.join(dir, 'run', 'part.pid'), 'utf8'))

test('what ends is started again and says so; what is stopped stays stopped', async () => {
  const part = supervise('exec sleep 60')
  await part.start()
  const first = pid()
  process.kill(first, 'SIGKILL')
  for (let i = 0; i < 100 && !said.includes('part is ready again'); i++) await sleep(50)
  expect(said).toEqual(['part was ended by SIGKILL; it starts again in 0.5 s', 'part is ready again'])
  expect(pid()).not.toBe(first)
  await part.stop()
  expect(existsSync(path.join(dir, 'run', 'part.pid'))).toBe(false)
  expect(said).toHaveLength(2)
})

test('what fails three times before it was ever ready is given up, with its last words', async () => {
  const part = supervise('echo no such luck; exit 5', () => Promise.reject(new Error('not yet')))
  await expect(part.start()).rejects.toThrow(/part ended with code 5, 3 times in a row[\s\S]*no such luck/)
  await part.stop()
})

test('a stop while it starts ends it', async () => {
  const file = path.join(dir, 'up')
  const part = supervise('echo up > up; exec sleep 60', () => Promise.reject(new Error('never')))
  const started = part.start().catch((error: unknown) => String(error))
  for (let i = 0; i < 100 && !existsSync(file); i++) await sleep(20)
  writeFileSync(path.join(dir, 'stopping'), '')
  await part.stop()
  expect(await started).toMatch(/STOPPED|stopped before it was ready|before it was ready/)
})
